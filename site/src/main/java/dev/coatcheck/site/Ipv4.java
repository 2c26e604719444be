package dev.coatcheck.site;

import java.util.Optional;

/** The IPv4 parser of the WHATWG URL standard: one to four decimal, octal or hexadecimal parts. */
final class Ipv4 {
    private static final long INVALID = -1;

    private Ipv4() {}

    /** Whether a name is to be read as an address: its last label, a trailing dot aside, is a number. */
    static boolean endsInNumber(String name) {
        String trimmed = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        String last = trimmed.substring(trimmed.lastIndexOf('.') + 1);
        if (last.isEmpty()) {
            return false;
        }
        return last.chars().allMatch(c -> c >= '0' && c <= '9') || (last.startsWith("0x") && number(last) != INVALID);
    }

    static Optional<String> parse(String name) {
        String trimmed = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        String[] parts = trimmed.split("\\.", -1);
        if (parts.length > 4) {
            return Optional.empty();
        }
        long address = 0;
        for (int i = 0; i < parts.length; i++) {
            long part = number(parts[i]);
            boolean last = i == parts.length - 1;
            long limit = last ? 1L << (8 * (5 - parts.length)) : 256;
            if (part < 0 || part >= limit) {
                return Optional.empty();
            }
            address += last ? part : part << (8 * (3 - i));
        }
        return Optional.of(dotted(address));
    }

    static String dotted(long address) {
        return (address >> 24 & 255) + "." + (address >> 16 & 255) + "." + (address >> 8 & 255) + "." + (address & 255);
    }

    private static long number(String part) {
        int radix = 10;
        String digits = part;
        if (part.startsWith("0x")) {
            radix = 16;
            digits = part.substring(2);
        } else if (part.length() > 1 && part.startsWith("0")) {
            radix = 8;
            digits = part.substring(1);
        }
        if (digits.isEmpty()) {
            return radix == 16 ? 0 : INVALID;
        }
        long value = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = Character.digit(digits.charAt(i), radix);
            if (digit < 0 || digits.charAt(i) > 0x7f) {
                return INVALID;
            }
            value = Math.min(value * radix + digit, 1L << 40);
        }
        return value;
    }
}
