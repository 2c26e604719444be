package dev.coatcheck.browser;

import dev.coatcheck.site.ParsedSetCookie;
import java.time.Instant;
import java.util.Optional;

/** Dates in headers. */
final class HttpDates {
    private HttpDates() {}

    /** Reads an HTTP date, as leniently as a cookie's. */
    static Optional<Instant> parse(String text) {
        return ParsedSetCookie.parse("d=1; expires=" + text).expires();
    }
}
