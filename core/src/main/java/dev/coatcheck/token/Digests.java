package dev.coatcheck.token;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;

/** SHA-256 and HKDF (RFC 5869), as the platform provides them. */
final class Digests {
    private Digests() {}

    static byte[] sha256(byte[] input) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(input);
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
