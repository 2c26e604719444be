package dev.coatcheck.token;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** SHA-256, HMAC-SHA-256 (RFC 2104) and HKDF (RFC 5869), as the platform provides them. */
final class Digests {
    private static final String HMAC = "HmacSHA256";

    private Digests() {}

    static byte[] sha256(byte[] input) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(input);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static byte[] hmac(byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    /** HKDF with an empty salt and one block of output: a 256-bit key for the use that the label names. */
    static byte[] hkdf(byte[] key, String label) {
        byte[] extracted = hmac(new byte[32], key);
        byte[] expanded = hmac(extracted, label.getBytes(StandardCharsets.US_ASCII), new byte[] {1});
        Arrays.fill(extracted, (byte) 0);
        return expanded;
    }
}
