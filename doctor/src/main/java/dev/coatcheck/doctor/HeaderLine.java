package dev.coatcheck.doctor;

import java.util.Locale;
import java.util.Optional;

/**
 * A header as somebody pastes it: {@code Set-Cookie: sid=1; Path=/}.
 *
 * @param name the name as written
 * @param value the value
 */
record HeaderLine(String name, String value) {
    static Optional<HeaderLine> parse(String text) {
        int colon = text.indexOf(':');
        if (colon <= 0 || !text.substring(0, colon).strip().matches("[A-Za-z0-9-]+")) {
            return Optional.empty();
        }
        return Optional.of(new HeaderLine(
                text.substring(0, colon).strip(), text.substring(colon + 1).strip()));
    }

    boolean isSetCookie() {
        return name.equalsIgnoreCase("Set-Cookie");
    }

    boolean isCors() {
        return name.toLowerCase(Locale.ROOT).startsWith("access-control-allow-")
                || name.equalsIgnoreCase("Access-Control-Expose-Headers");
    }
}
