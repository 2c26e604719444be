package dev.coatcheck.doctor;

import dev.coatcheck.browser.Headers;
import dev.coatcheck.browser.NetworkResponse;
import dev.coatcheck.site.CookieHeader;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A token against forgery, found where an app can find it.
 *
 * @param value the token
 * @param header the request header that carries it back
 * @param source where it was found, for people
 */
record CsrfToken(String value, String header, String source) {
    private static final List<String> FIELDS =
            List.of("csrfToken", "csrf_token", "csrf", "_csrf", "xsrfToken", "xsrf_token", "_token", "requestToken");
    private static final List<String> HEADERS = List.of("X-CSRF-Token", "X-XSRF-Token", "X-CSRFToken", "CSRF-Token");

    /** Whether a cookie's name says that it holds such a token. */
    static boolean isCookieName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.contains("csrf") || lower.contains("xsrf") || lower.contains("antiforgery");
    }

    /** Whether a header's name says that it carries such a token. */
    static boolean isHeaderName(String name) {
        return HEADERS.stream().anyMatch(name::equalsIgnoreCase);
    }

    /** The newest token that the app could read from these answers or from {@code document.cookie}. */
    static Optional<CsrfToken> find(List<Act> acts, Optional<String> documentCookie, Stack stack) {
        for (int i = acts.size() - 1; i >= 0; i--) {
            Optional<CsrfToken> found = inAnswer(acts.get(i), stack);
            if (found.isPresent()) {
                return found;
            }
        }
        return documentCookie.flatMap(CsrfToken::inCookies);
    }

    private static Optional<CsrfToken> inAnswer(Act act, Stack stack) {
        if (!act.outcome().readable()) {
            return Optional.empty();
        }
        return inHeaders(act)
                .or(() -> act.outcome().body().flatMap(Json::object).flatMap(body -> inBody(act, body, stack)));
    }

    private static Optional<CsrfToken> inHeaders(Act act) {
        Headers headers =
                act.outcome().lastResponse().map(NetworkResponse::headers).orElse(Headers.NONE);
        return HEADERS.stream()
                .filter(name -> act.outcome().exposedHeaders().contains(name.toLowerCase(Locale.ROOT)))
                .flatMap(name ->
                        headers.first(name).stream().map(value -> new CsrfToken(value, name, "the header " + name)))
                .findFirst();
    }

    private static Optional<CsrfToken> inBody(Act act, JsonNode body, Stack stack) {
        String header = body.path("headerName").asString("").isEmpty()
                ? stack.csrfHeader()
                : body.path("headerName").asString("");
        for (String field : FIELDS) {
            if (body.path(field).isString()) {
                return Optional.of(new CsrfToken(body.path(field).asString(), header, "the answer's field " + field));
            }
        }
        return act.scene() == Scene.CSRF && body.path("token").isString()
                ? Optional.of(new CsrfToken(body.path("token").asString(), header, "the answer's field token"))
                : Optional.empty();
    }

    private static Optional<CsrfToken> inCookies(String documentCookie) {
        return CookieHeader.parse(List.of(documentCookie)).pairs().stream()
                .filter(pair -> isCookieName(pair.name()))
                .findFirst()
                .map(pair -> new CsrfToken(
                        Form.decode(pair.value()), headerFor(pair.name()), "the readable cookie " + pair.name()));
    }

    private static String headerFor(String cookie) {
        return switch (cookie) {
            case "XSRF-TOKEN" -> "X-XSRF-TOKEN";
            case "csrftoken" -> "X-CSRFToken";
            default -> "X-CSRF-Token";
        };
    }

    @Override
    public String toString() {
        return "CsrfToken[" + header + " from " + source + "]";
    }
}
