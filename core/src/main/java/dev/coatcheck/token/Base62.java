package dev.coatcheck.token;

import java.math.BigInteger;
import java.util.Optional;

/** Fixed-length base62 ({@code 0-9A-Za-z}) of unsigned big-endian bytes: a double click selects a whole ticket. */
final class Base62 {
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final double BITS_PER_DIGIT = Math.log(62) / Math.log(2);

    /** Ten digits fit in a long: big numbers are touched once per chunk. */
    private static final int CHUNK = 10;

    private static final BigInteger CHUNK_BASE = BigInteger.valueOf(62).pow(CHUNK);

    private Base62() {}

    /** The number of digits that any {@code bytes} bytes fit in. */
    static int lengthOf(int bytes) {
        return (int) Math.ceil(bytes * 8 / BITS_PER_DIGIT);
    }

    static String encode(byte[] bytes) {
        char[] digits = new char[lengthOf(bytes.length)];
        BigInteger rest = new BigInteger(1, bytes);
        long chunk = 0;
        for (int i = digits.length - 1, used = 0; i >= 0; i--, used++) {
            if (used % CHUNK == 0) {
                BigInteger[] division = rest.divideAndRemainder(CHUNK_BASE);
                rest = division[0];
                chunk = division[1].longValue();
            }
            digits[i] = DIGITS.charAt((int) (chunk % 62));
            chunk /= 62;
        }
        return new String(digits);
    }

    /** The bytes that {@link #encode} made the text of; empty for any other text, so that each value has one spelling. */
    static Optional<byte[]> decode(String text, int bytes) {
        if (text.length() != lengthOf(bytes)) {
            return Optional.empty();
        }
        BigInteger value = BigInteger.ZERO;
        for (int from = 0; from < text.length(); from += CHUNK) {
            int to = Math.min(text.length(), from + CHUNK);
            long chunk = 0;
            long base = 1;
            for (int i = from; i < to; i++) {
                int digit = valueOf(text.charAt(i));
                if (digit < 0) {
                    return Optional.empty();
                }
                chunk = chunk * 62 + digit;
                base *= 62;
            }
            value = value.multiply(BigInteger.valueOf(base)).add(BigInteger.valueOf(chunk));
        }
        return value.bitLength() > bytes * 8 ? Optional.empty() : Optional.of(fixed(value, bytes));
    }

    private static byte[] fixed(BigInteger value, int bytes) {
        byte[] raw = value.toByteArray();
        byte[] fixed = new byte[bytes];
        int length = Math.min(raw.length, bytes);
        System.arraycopy(raw, raw.length - length, fixed, bytes - length, length);
        return fixed;
    }

    private static int valueOf(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        if (c >= 'A' && c <= 'Z') {
            return c - 'A' + 10;
        }
        return c >= 'a' && c <= 'z' ? c - 'a' + 36 : -1;
    }
}
