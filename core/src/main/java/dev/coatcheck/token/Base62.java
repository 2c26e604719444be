package dev.coatcheck.token;

import java.math.BigInteger;
import java.util.Optional;

/** Fixed-length base62 ({@code 0-9A-Za-z}) of unsigned big-endian bytes: a double click selects a whole ticket. */
final class Base62 {
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final BigInteger BASE = BigInteger.valueOf(62);

    private Base62() {}

    /** The number of digits that any {@code bytes} bytes fit in. */
    static int lengthOf(int bytes) {
        return BigInteger.ONE
                .shiftLeft(bytes * 8)
                .subtract(BigInteger.ONE)
                .toString(62)
                .length();
    }

    static boolean isDigit(char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }

    static String encode(byte[] bytes) {
        char[] digits = new char[lengthOf(bytes.length)];
        BigInteger rest = new BigInteger(1, bytes);
        for (int i = digits.length - 1; i >= 0; i--) {
            BigInteger[] division = rest.divideAndRemainder(BASE);
            digits[i] = DIGITS.charAt(division[1].intValue());
            rest = division[0];
        }
        return new String(digits);
    }

    /** The bytes that {@link #encode} made the text of; empty for any other text, so that each value has one spelling. */
    static Optional<byte[]> decode(String text, int bytes) {
        if (text.length() != lengthOf(bytes)) {
            return Optional.empty();
        }
        BigInteger value = BigInteger.ZERO;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isDigit(c)) {
                return Optional.empty();
            }
            value = value.multiply(BASE).add(BigInteger.valueOf(DIGITS.indexOf(c)));
        }
        if (value.bitLength() > bytes * 8) {
            return Optional.empty();
        }
        byte[] raw = value.toByteArray();
        byte[] fixed = new byte[bytes];
        int length = Math.min(raw.length, bytes);
        System.arraycopy(raw, raw.length - length, fixed, bytes - length, length);
        return Optional.of(fixed);
    }
}
