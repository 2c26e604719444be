package dev.coatcheck.browser;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Header fields of a message in order, names compared without regard to case. One char of a value is one byte (ISO-8859-1), as the
 * Fetch standard's isomorphic decoding has it. Immutable.
 */
public final class Headers {
    /** No fields. */
    public static final Headers NONE = new Headers(List.of());

    private static final Set<String> SECRETS = Set.of("cookie", "set-cookie", "authorization", "proxy-authorization");

    /**
     * One field line.
     *
     * @param name the name as written
     * @param value the value without surrounding blanks
     */
    public record Field(String name, String value) {
        @Override
        public String toString() {
            return name + ": " + (SECRETS.contains(name.toLowerCase(Locale.ROOT)) ? "[redacted]" : value);
        }
    }

    private final List<Field> fields;

    private Headers(List<Field> fields) {
        this.fields = List.copyOf(fields);
    }

    /** Fields from alternating names and values. */
    public static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("names and values must come in pairs, got " + namesAndValues.length);
        }
        Headers headers = NONE;
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers = headers.plus(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    /** The fields in their order. */
    public static Headers of(List<Field> fields) {
        return new Headers(fields);
    }

    /** These fields and one more line. */
    public Headers plus(String name, String value) {
        List<Field> more = new ArrayList<>(fields);
        more.add(new Field(name, strip(value)));
        return new Headers(more);
    }

    /** These fields, with all lines of a name replaced by one. */
    public Headers with(String name, String value) {
        return without(name).plus(name, value);
    }

    /** These fields without any line of a name. */
    public Headers without(String name) {
        return new Headers(fields.stream()
                .filter(field -> !field.name().equalsIgnoreCase(name))
                .toList());
    }

    /** All lines of a name, in order. */
    public List<String> all(String name) {
        return fields.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
    }

    /** The value of the first line of a name. */
    public Optional<String> first(String name) {
        return fields.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .findFirst();
    }

    /** All lines of a name, joined by a comma and a space (Fetch §2.2.2 "get"). */
    public Optional<String> combined(String name) {
        List<String> values = all(name);
        return values.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", values));
    }

    /** Whether there is a line of this name. */
    public boolean contains(String name) {
        return fields.stream().anyMatch(field -> field.name().equalsIgnoreCase(name));
    }

    /** The names in lower case, sorted, without repetition. */
    public Set<String> names() {
        return fields.stream()
                .map(field -> field.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The field lines in order. */
    public List<Field> fields() {
        return fields;
    }

    private static String strip(String value) {
        int start = 0;
        int end = value.length();
        while (start < end && isBlank(value.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(value.charAt(end - 1))) {
            end--;
        }
        return value.substring(start, end);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Headers that && fields.equals(that.fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    /** The lines, with the values of cookies and credentials left out. */
    @Override
    public String toString() {
        return fields.toString();
    }
}
