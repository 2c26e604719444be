package dev.coatcheck.doctor;

import dev.coatcheck.browser.Headers;
import dev.coatcheck.browser.NetworkResponse;
import java.time.Instant;
import java.util.Optional;

/**
 * One entry of a recorded session.
 *
 * @param started when the request began
 * @param kind {@code document}, {@code fetch}, {@code xhr}, {@code preflight} or another type; guessed where the browser does not say
 * @param method the method
 * @param url the URL without a fragment
 * @param headers the request's header fields
 * @param body the request's body
 * @param response what came back; empty when the browser recorded no status
 */
record HarEntry(
        Instant started,
        String kind,
        String method,
        String url,
        Headers headers,
        Optional<String> body,
        Optional<NetworkResponse> response) {
    boolean isPreflight() {
        return method.equals("OPTIONS")
                && (kind.equals("preflight") || headers.contains("Access-Control-Request-Method"));
    }

    boolean isDocument() {
        return kind.equals("document");
    }

    /** Whether a script asked. */
    boolean isCall() {
        return kind.equals("fetch") || kind.equals("xhr");
    }

    boolean holdsCookies() {
        return headers.contains("Cookie")
                || response.filter(r -> r.headers().contains("Set-Cookie")).isPresent();
    }
}
