package dev.coatcheck.site;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * A {@code Set-Cookie} field value as a user agent reads it (RFC 6265bis §5.6), leniently, with the last of several equal attributes
 * winning. One char is one byte (ISO-8859-1). Where Chromium is stricter than the RFC (a TAB refuses the cookie), so is this parser.
 *
 * <p>Nothing is judged here that depends on who sent the line: see the storage model of the browser module for that.
 */
public final class ParsedSetCookie {
    /** Why a line sets no cookie at all. */
    public enum Defect {
        /** Neither name nor value. */
        EMPTY,
        /** A control character, TAB included, somewhere in the line. */
        CONTROL_CHARACTER,
        /** Name and value are longer than 4096 bytes together. */
        TOO_BIG
    }

    /**
     * One attribute.
     *
     * @param name the name in lower case
     * @param value the value without surrounding blanks, possibly empty
     */
    public record Attribute(String name, String value) {}

    private final String name;
    private final String value;
    private final List<Attribute> attributes;
    private final Optional<Defect> defect;

    private ParsedSetCookie(String name, String value, List<Attribute> attributes, Optional<Defect> defect) {
        this.name = name;
        this.value = value;
        this.attributes = List.copyOf(attributes);
        this.defect = defect;
    }

    /** Reads a line; every line can be read, look at {@link #defect()} before using it. */
    public static ParsedSetCookie parse(String line) {
        int end = indexOrEnd(line, ';', 0, line.length());
        int equals = indexOrEnd(line, '=', 0, end);
        String name = equals < end ? Octets.trim(line, 0, equals) : "";
        String value = Octets.trim(line, equals < end ? equals + 1 : 0, end);
        List<Attribute> attributes = new ArrayList<>();
        for (int start = end + 1; start < line.length(); start = end + 1) {
            end = indexOrEnd(line, ';', start, line.length());
            addAttribute(line, start, end, attributes);
        }
        return new ParsedSetCookie(name, value, attributes, defect(line, name, value));
    }

    private static void addAttribute(String line, int start, int end, List<Attribute> attributes) {
        int equals = indexOrEnd(line, '=', start, end);
        String name = Octets.trim(line, start, equals).toLowerCase(Locale.ROOT);
        String value = equals < end ? Octets.trim(line, equals + 1, end) : "";
        if (value.length() <= Octets.MAX_ATTRIBUTE && !(name.isEmpty() && value.isEmpty())) {
            attributes.add(new Attribute(name, value));
        }
    }

    private static Optional<Defect> defect(String line, String name, String value) {
        if (hasControlCharacter(line)) {
            return Optional.of(Defect.CONTROL_CHARACTER);
        }
        if (name.isEmpty() && value.isEmpty()) {
            return Optional.of(Defect.EMPTY);
        }
        return name.length() + value.length() > Octets.MAX_NAME_AND_VALUE
                ? Optional.of(Defect.TOO_BIG)
                : Optional.empty();
    }

    private static boolean hasControlCharacter(String line) {
        return trimmedParts(line).anyMatch(part -> part.chars().anyMatch(c -> c < 0x20 || c == 0x7f));
    }

    /** The parts between separators, without the blanks around them: a TAB there is only white space. */
    private static Stream<String> trimmedParts(String line) {
        return List.of(line.split(";", -1)).stream()
                .flatMap(part -> List.of(part.split("=", 2)).stream())
                .map(part -> Octets.trim(part, 0, part.length()));
    }

    private static int indexOrEnd(String text, char wanted, int from, int end) {
        int found = text.indexOf(wanted, from);
        return found < 0 || found > end ? end : found;
    }

    /** Why the line sets no cookie, whoever sent it; empty when it may. */
    public Optional<Defect> defect() {
        return defect;
    }

    /** The name; empty for a cookie without one. */
    public String name() {
        return name;
    }

    /** The value, quotes included. */
    public String value() {
        return value;
    }

    /** All attributes in order, unknown ones included; values longer than 1024 bytes are left out, as browsers ignore them. */
    public List<Attribute> attributes() {
        return attributes;
    }

    /** The value of the last attribute of a name (in lower case). */
    public Optional<String> attribute(String attributeName) {
        return attributes.stream()
                .filter(attribute -> attribute.name().equals(attributeName))
                .map(Attribute::value)
                .reduce((first, second) -> second);
    }

    /** The {@code Domain} as written, possibly empty. */
    public Optional<String> domain() {
        return attribute("domain");
    }

    /** The {@code Path} if it begins with a slash; everything else means the default path. */
    public Optional<String> path() {
        return attribute("path").filter(path -> path.startsWith("/"));
    }

    /** The {@code Expires} date, if it can be read (RFC 6265bis §5.1.1). */
    public Optional<Instant> expires() {
        return attribute("expires").flatMap(CookieDate::parse);
    }

    /** The {@code Max-Age} in seconds, clipped to what a long can hold, if it is a number. */
    public OptionalLong maxAge() {
        return attribute("max-age").map(ParsedSetCookie::seconds).orElse(OptionalLong.empty());
    }

    private static OptionalLong seconds(String text) {
        boolean negative = text.startsWith("-");
        String digits = negative || text.startsWith("+") ? text.substring(1) : text;
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(negative ? "-" + digits : digits));
        } catch (NumberFormatException e) {
            return OptionalLong.of(negative ? Long.MIN_VALUE : Long.MAX_VALUE);
        }
    }

    /** Whether {@code Secure} stands in the line. */
    public boolean isSecure() {
        return attribute("secure").isPresent();
    }

    /** Whether {@code HttpOnly} stands in the line. */
    public boolean isHttpOnly() {
        return attribute("httponly").isPresent();
    }

    /** The {@code SameSite} value if it is a known one; everything else is treated like none at all. */
    public Optional<SameSite> sameSite() {
        return attribute("samesite").flatMap(text -> {
            for (SameSite known : SameSite.values()) {
                if (known.toString().equalsIgnoreCase(text)) {
                    return Optional.of(known);
                }
            }
            return Optional.empty();
        });
    }

    /** Whether {@code Partitioned} stands in the line. */
    public boolean isPartitioned() {
        return attribute("partitioned").isPresent();
    }

    /** The name and the attributes; the value is left out. */
    @Override
    public String toString() {
        return "ParsedSetCookie[" + name + "=[redacted] " + attributes
                + defect.map(d -> " " + d).orElse("") + "]";
    }
}
