package dev.coatcheck;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The target of a request, taken apart: the path that a rule is compared with however it was spelled, and the query. */
final class Target {
    private Target() {}

    /** Percent-decoded, without path parameters, dot segments and doubled slashes (RFC 3986 §6.2.2). */
    static String normalised(String path) {
        Deque<String> segments = new ArrayDeque<>();
        String bare = path.indexOf(';') < 0 ? path : path.replaceAll(";[^/]*", "");
        String decoded = decoded(bare).replace('\\', '/');
        for (String segment : decoded.split("/", -1)) {
            if (segment.equals("..")) {
                segments.pollLast();
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.addLast(segment);
            }
        }
        return "/" + String.join("/", segments);
    }

    /** The value of the only parameter of this name in an {@code application/x-www-form-urlencoded} query. */
    static Optional<String> queryParameter(String query, String name) {
        List<String> values = new ArrayList<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String key = equals < 0 ? pair : pair.substring(0, equals);
            if (decoded(key.replace('+', ' ')).equals(name)) {
                values.add(equals < 0 ? "" : decoded(pair.substring(equals + 1).replace('+', ' ')));
            }
        }
        return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
    }

    private static String decoded(String path) {
        if (path.indexOf('%') < 0) {
            return path;
        }
        byte[] bytes = new byte[path.length() * 3];
        int length = 0;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            int high = c == '%' && i + 2 < path.length() ? Character.digit(path.charAt(i + 1), 16) : -1;
            int low = high >= 0 ? Character.digit(path.charAt(i + 2), 16) : -1;
            if (low >= 0) {
                bytes[length++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                for (byte b : String.valueOf(c).getBytes(StandardCharsets.UTF_8)) {
                    bytes[length++] = b;
                }
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
