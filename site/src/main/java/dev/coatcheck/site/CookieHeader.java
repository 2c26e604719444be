package dev.coatcheck.site;

import java.util.ArrayList;
import java.util.List;

/**
 * What a server reads from the {@code Cookie} header lines of a request (RFC 6265bis §4.2): name and value pairs in the order in
 * which they were sent. Tolerant and linear: it never throws, keeps what it can and unquotes nothing.
 */
public final class CookieHeader {
    /**
     * One cookie of a request. A part without {@code =} is a cookie without a name.
     *
     * @param name the name, case-sensitive, possibly empty
     * @param value the value as sent, quotes included
     */
    public record Pair(String name, String value) {
        /** The name only: a value may be a secret. */
        @Override
        public String toString() {
            return name + "=[redacted]";
        }
    }

    private final List<Pair> pairs;

    private CookieHeader(List<Pair> pairs) {
        this.pairs = List.copyOf(pairs);
    }

    /** Reads all {@code Cookie} lines of a request; HTTP/2 clients may send several. */
    public static CookieHeader parse(Iterable<String> lines) {
        List<Pair> pairs = new ArrayList<>();
        for (String line : lines) {
            readLine(line, pairs);
        }
        return new CookieHeader(pairs);
    }

    private static void readLine(String line, List<Pair> pairs) {
        int start = 0;
        while (start <= line.length()) {
            int semicolon = line.indexOf(';', start);
            int end = semicolon < 0 ? line.length() : semicolon;
            String part = Octets.trim(line, start, end);
            if (!part.isEmpty()) {
                int equals = part.indexOf('=');
                pairs.add(
                        equals < 0
                                ? new Pair("", part)
                                : new Pair(Octets.trim(part, 0, equals), Octets.trim(part, equals + 1, part.length())));
            }
            start = end + 1;
        }
    }

    /** All cookies in the order in which they were sent. */
    public List<Pair> pairs() {
        return pairs;
    }

    /**
     * All values of one name, in the order in which they were sent. More than one means that the browser holds cookies of the
     * same name for several paths or domains; which of them a server should trust is its own question.
     */
    public List<String> valuesOf(String name) {
        List<String> values = new ArrayList<>(1);
        for (Pair pair : pairs) {
            if (pair.name().equals(name)) {
                values.add(pair.value());
            }
        }
        return List.copyOf(values);
    }

    @Override
    public String toString() {
        return "CookieHeader" + pairs;
    }
}
