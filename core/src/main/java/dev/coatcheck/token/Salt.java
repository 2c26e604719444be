package dev.coatcheck.token;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/** 16 random bytes that make each chain of tickets its own. Not secret by itself, and not printed. */
public final class Salt {
    /** Length in bytes. */
    public static final int BYTES = 16;

    private final byte[] bytes;

    private Salt(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A fresh salt. */
    public static Salt random(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new Salt(bytes);
    }

    /** The salt written by {@link #hex()}. @throws IllegalArgumentException when it is not 32 hexadecimal digits */
    public static Salt ofHex(String hex) {
        return ofBytes(HexFormat.of().parseHex(hex));
    }

    /** The salt of these 16 bytes. @throws IllegalArgumentException when the length differs */
    public static Salt ofBytes(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a salt has " + BYTES + " bytes, not " + bytes.length);
        }
        return new Salt(bytes.clone());
    }

    /** A copy of the 16 bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** 32 lower-case hexadecimal digits. */
    public String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Salt salt && Arrays.equals(bytes, salt.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "Salt[redacted]";
    }
}
