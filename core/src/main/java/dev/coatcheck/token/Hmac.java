package dev.coatcheck.token;

import java.security.GeneralSecurityException;
import java.security.Key;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA-256 (RFC 2104) under one key, as the platform provides it. For any number of threads. */
final class Hmac {
    private static final String NAME = "HmacSHA256";

    private final Key key;

    /** Never used itself, only copied: to look the algorithm up and to take the key in costs more than a short text's sum. */
    private final Mac keyed;

    private Hmac(Key key) {
        this.key = key;
        this.keyed = keyed(key);
    }

    static Hmac under(byte[] key) {
        return new Hmac(new SecretKeySpec(key, NAME));
    }

    /** Of the parts, one after the other. */
    byte[] of(byte[]... parts) {
        Mac mac = copy();
        for (byte[] part : parts) {
            mac.update(part);
        }
        return mac.doFinal();
    }

    private Mac copy() {
        try {
            return (Mac) keyed.clone();
        } catch (CloneNotSupportedException e) {
            // Not every provider's can be copied.
            return keyed(key);
        }
    }

    private static Mac keyed(Key key) {
        try {
            Mac mac = Mac.getInstance(NAME);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + NAME, e);
        }
    }

    @Override
    public String toString() {
        return "Hmac[redacted]";
    }
}
