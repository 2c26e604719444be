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
        for (int from = 0; from <= line.length(); ) {
            Part part = Part.of(line, from);
            if (!part.isEmpty()) {
                pairs.add(new Pair(part.name(), part.value()));
            }
            from = part.next();
        }
    }

    /** What {@link #parse} and then {@link #valuesOf(String)} tell, without making texts of all the other cookies. */
    public static List<String> valuesOf(String name, Iterable<String> lines) {
        List<String> values = new ArrayList<>(1);
        for (String line : lines) {
            for (int from = 0; from <= line.length(); ) {
                Part part = Part.of(line, from);
                if (!part.isEmpty() && part.isNamed(name)) {
                    values.add(part.value());
                }
                from = part.next();
            }
        }
        return List.copyOf(values);
    }

    /**
     * What stands between two semicolons of a line.
     *
     * @param start of the name
     * @param nameEnd its end; the start again for a part without {@code =}
     * @param valueStart the start of the value, of the whole part without {@code =}
     * @param end of the value
     * @param next where the next part begins; beyond the line's end for none
     */
    private record Part(String line, int start, int nameEnd, int valueStart, int end, int next) {
        static Part of(String line, int from) {
            int semicolon = line.indexOf(';', from);
            int to = semicolon < 0 ? line.length() : semicolon;
            int start = Octets.skipBlanks(line, from, to);
            int end = Octets.dropBlanks(line, start, to);
            int equals = start;
            while (equals < end && line.charAt(equals) != '=') {
                equals++;
            }
            return equals == end
                    ? new Part(line, start, start, start, end, to + 1)
                    : new Part(
                            line,
                            start,
                            Octets.dropBlanks(line, start, equals),
                            Octets.skipBlanks(line, equals + 1, end),
                            end,
                            to + 1);
        }

        boolean isEmpty() {
            return start == end;
        }

        boolean isNamed(String name) {
            return nameEnd - start == name.length() && line.startsWith(name, start);
        }

        String name() {
            return line.substring(start, nameEnd);
        }

        String value() {
            return line.substring(valueStart, end);
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
