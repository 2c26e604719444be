package dev.coatcheck.token;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;

/** SHA-256 and HKDF (RFC 5869), as the platform provides them. */
final class Digests {
    /** Never used itself, only copied: that costs a fraction of looking the algorithm up. */
    private static final MessageDigest SHA_256 = sha256();

    private Digests() {}

    static byte[] sha256(byte[] input) {
        return copyOfSha256().digest(input);
    }

    private static MessageDigest copyOfSha256() {
        try {
            return (MessageDigest) SHA_256.clone();
        } catch (CloneNotSupportedException e) {
            // Not every provider's can be copied.
            return sha256();
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** HKDF with an empty salt and one block of output: a 256-bit key for the use that the label names. */
    static byte[] hkdf(byte[] key, String label) {
        byte[] extracted = Hmac.under(new byte[32]).of(key);
        byte[] expanded = Hmac.under(extracted).of(label.getBytes(StandardCharsets.US_ASCII), new byte[] {1});
        Arrays.fill(extracted, (byte) 0);
        return expanded;
    }
}
