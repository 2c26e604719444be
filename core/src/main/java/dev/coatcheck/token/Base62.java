package dev.coatcheck.token;

import java.util.Arrays;
import java.util.Optional;

/** Fixed-length base62 ({@code 0-9A-Za-z}) of unsigned big-endian bytes: a double click selects a whole ticket. */
final class Base62 {
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final double BITS_PER_DIGIT = Math.log(62) / Math.log(2);

    /** Five digits fit in 30 bits: a piece times a 32-bit limb, and a carry, fit in a long. */
    private static final int CHUNK = 5;

    private static final long LIMB = 0xFFFF_FFFFL;

    /** Of 62, by exponent. */
    private static final long[] POWERS = new long[CHUNK + 1];

    /** By character; -1 for what is no digit. */
    private static final byte[] VALUES = new byte[128];

    static {
        Arrays.fill(VALUES, (byte) -1);
        for (int i = 0; i < DIGITS.length(); i++) {
            VALUES[DIGITS.charAt(i)] = (byte) i;
        }
        POWERS[0] = 1;
        for (int i = 1; i <= CHUNK; i++) {
            POWERS[i] = POWERS[i - 1] * DIGITS.length();
        }
    }

    private Base62() {}

    /** The number of digits that any {@code bytes} bytes fit in. */
    static int lengthOf(int bytes) {
        return (int) Math.ceil(bytes * 8 / BITS_PER_DIGIT);
    }

    static String encode(byte[] bytes) {
        char[] digits = new char[lengthOf(bytes.length)];
        int[] limbs = limbs(bytes);
        for (int to = digits.length; to > 0; to -= CHUNK) {
            int from = Math.max(0, to - CHUNK);
            long chunk = divide(limbs, POWERS[to - from]);
            for (int i = to - 1; i >= from; i--) {
                digits[i] = DIGITS.charAt((int) (chunk % 62));
                chunk /= 62;
            }
        }
        return new String(digits);
    }

    /** Whether {@link #decode} would find bytes. The digits are in ASCII's order, so the greatest number is the greatest text. */
    static boolean isSpelt(String text, String greatest) {
        if (text.length() != greatest.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (valueOf(text.charAt(i)) < 0) {
                return false;
            }
        }
        return text.compareTo(greatest) <= 0;
    }

    /** The text of that many bytes which no other is greater than. */
    static String greatest(int bytes) {
        byte[] greatest = new byte[bytes];
        Arrays.fill(greatest, (byte) 0xff);
        return encode(greatest);
    }

    /** The bytes that {@link #encode} made the text of; empty for any other text, so that each value has one spelling. */
    static Optional<byte[]> decode(String text, int bytes) {
        return decode(text, 0, text.length(), bytes);
    }

    /** The same of the digits between two indexes. */
    static Optional<byte[]> decode(String text, int first, int end, int bytes) {
        if (end - first != lengthOf(bytes)) {
            return Optional.empty();
        }
        int[] limbs = new int[(bytes + 3) / 4];
        int used = 0;
        for (int from = first; from < end; from += CHUNK) {
            int to = Math.min(end, from + CHUNK);
            long chunk = 0;
            for (int i = from; i < to; i++) {
                int digit = valueOf(text.charAt(i));
                if (digit < 0) {
                    return Optional.empty();
                }
                chunk = chunk * 62 + digit;
            }
            long carry = multiplyAndAdd(limbs, used, POWERS[to - from], chunk);
            if (carry != 0 && used == limbs.length) {
                return Optional.empty();
            }
            if (carry != 0) {
                used++;
                limbs[limbs.length - used] = (int) carry;
            }
        }
        return bytes(limbs, bytes);
    }

    /** Big-endian 32-bit limbs, filled up with zeros in front. */
    private static int[] limbs(byte[] bytes) {
        int[] limbs = new int[(bytes.length + 3) / 4];
        for (int i = 0; i < bytes.length; i++) {
            int fromEnd = bytes.length - 1 - i;
            limbs[limbs.length - 1 - fromEnd / 4] |= (bytes[i] & 0xff) << (8 * (fromEnd % 4));
        }
        return limbs;
    }

    /** Empty when the number needs more bytes. */
    private static Optional<byte[]> bytes(int[] limbs, int count) {
        int spare = 4 * limbs.length - count;
        if (spare > 0 && limbs[0] >>> (32 - 8 * spare) != 0) {
            return Optional.empty();
        }
        byte[] bytes = new byte[count];
        int i = count;
        for (int limb = limbs.length - 1; limb >= 0; limb--) {
            for (int shift = 0; shift < 32 && i > 0; shift += 8) {
                bytes[--i] = (byte) (limbs[limb] >>> shift);
            }
        }
        return Optional.of(bytes);
    }

    /** Of the last limbs, so many as are in use. @return what does not fit into these any more, less than a limb */
    private static long multiplyAndAdd(int[] limbs, int used, long factor, long summand) {
        long carry = summand;
        for (int i = limbs.length - 1; i >= limbs.length - used; i--) {
            long product = (limbs[i] & LIMB) * factor + carry;
            limbs[i] = (int) product;
            carry = product >>> 32;
        }
        return carry;
    }

    /** @return the remainder */
    private static long divide(int[] limbs, long divisor) {
        long rest = 0;
        for (int i = 0; i < limbs.length; i++) {
            long part = (rest << 32) | (limbs[i] & LIMB);
            limbs[i] = (int) (part / divisor);
            rest = part % divisor;
        }
        return rest;
    }

    private static int valueOf(char c) {
        return c < VALUES.length ? VALUES[c] : -1;
    }
}
