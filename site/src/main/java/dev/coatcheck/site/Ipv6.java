package dev.coatcheck.site;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** IPv6 addresses: parsed without scope ids, written compressed and in brackets (RFC 5952, WHATWG URL §3.5). */
final class Ipv6 {
    private static final int PIECES = 8;

    private Ipv6() {}

    /** The bracketed canonical form of an address that is given without brackets. */
    static Optional<String> parse(String text) {
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            return Optional.empty();
        }
        if (gap < 0) {
            return pieces(text, true).filter(all -> all.size() == PIECES).map(Ipv6::bracketed);
        }
        Optional<List<Integer>> head = pieces(text.substring(0, gap), false);
        Optional<List<Integer>> tail = pieces(text.substring(gap + 2), true);
        if (head.isEmpty() || tail.isEmpty()) {
            return Optional.empty();
        }
        List<Integer> all = new ArrayList<>(head.get());
        int missing = PIECES - all.size() - tail.get().size();
        if (missing < 1) {
            return Optional.empty();
        }
        for (int i = 0; i < missing; i++) {
            all.add(0);
        }
        all.addAll(tail.get());
        return Optional.of(bracketed(all));
    }

    private static Optional<List<Integer>> pieces(String text, boolean mayEndInIpv4) {
        List<Integer> found = new ArrayList<>();
        if (text.isEmpty()) {
            return Optional.of(found);
        }
        String[] parts = text.split(":", -1);
        for (int i = 0; i < parts.length; i++) {
            boolean embedded = parts[i].indexOf('.') >= 0;
            boolean added = embedded
                    ? mayEndInIpv4 && i == parts.length - 1 && addIpv4(parts[i], found)
                    : addPiece(parts[i], found);
            if (!added || found.size() > PIECES) {
                return Optional.empty();
            }
        }
        return Optional.of(found);
    }

    private static boolean addPiece(String part, List<Integer> found) {
        if (part.isEmpty() || part.length() > 4) {
            return false;
        }
        int value = 0;
        for (int i = 0; i < part.length(); i++) {
            int digit = part.charAt(i) > 0x7f ? -1 : Character.digit(part.charAt(i), 16);
            if (digit < 0) {
                return false;
            }
            value = value * 16 + digit;
        }
        found.add(value);
        return true;
    }

    private static boolean addIpv4(String part, List<Integer> found) {
        if (!part.equals(Ipv4.parse(part).orElse(""))) {
            return false;
        }
        String[] bytes = part.split("\\.", -1);
        found.add(Integer.parseInt(bytes[0]) << 8 | Integer.parseInt(bytes[1]));
        found.add(Integer.parseInt(bytes[2]) << 8 | Integer.parseInt(bytes[3]));
        return true;
    }

    private static String bracketed(List<Integer> pieces) {
        int start = -1;
        int length = 1;
        for (int i = 0; i < PIECES; i++) {
            int run = 0;
            while (i + run < PIECES && pieces.get(i + run) == 0) {
                run++;
            }
            if (run > length) {
                start = i;
                length = run;
            }
        }
        StringBuilder out = new StringBuilder("[");
        for (int i = 0; i < PIECES; i++) {
            if (i == start) {
                out.append(i == 0 ? "::" : ":");
                i += length - 1;
                continue;
            }
            out.append(Integer.toHexString(pieces.get(i)));
            if (i < PIECES - 1) {
                out.append(':');
            }
        }
        return out.append(']').toString();
    }
}
