package dev.coatcheck.token;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/** SHA-256 of a ticket's secret: all that a store ever sees of it. Compared in constant time. */
public final class TokenHash {
    /** Length in bytes. */
    public static final int BYTES = 32;

    private final byte[] sha256;

    private TokenHash(byte[] sha256) {
        this.sha256 = sha256;
    }

    /** The hash of these 32 bytes. @throws IllegalArgumentException when the length differs */
    public static TokenHash ofBytes(byte[] sha256) {
        if (sha256.length != BYTES) {
            throw new IllegalArgumentException("a token hash has " + BYTES + " bytes, not " + sha256.length);
        }
        return new TokenHash(sha256.clone());
    }

    /** The hash written by {@link #hex()}. @throws IllegalArgumentException when it is not 64 hexadecimal digits */
    public static TokenHash ofHex(String hex) {
        return ofBytes(HexFormat.of().parseHex(hex));
    }

    static TokenHash of(Secret secret) {
        return new TokenHash(Digests.sha256(secret.bytes()));
    }

    /** A copy of the 32 bytes, for a store to keep. */
    public byte[] bytes() {
        return sha256.clone();
    }

    /** 64 lower-case hexadecimal digits, for a store to keep. */
    public String hex() {
        return HexFormat.of().formatHex(sha256);
    }

    /** Constant-time comparison. */
    @Override
    public boolean equals(Object other) {
        return other instanceof TokenHash hash && MessageDigest.isEqual(sha256, hash.sha256);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sha256);
    }

    @Override
    public String toString() {
        return "TokenHash[redacted]";
    }
}
