package dev.coatcheck.doctor;

import dev.coatcheck.browser.Headers;
import dev.coatcheck.browser.NetworkResponse;
import dev.coatcheck.browser.StoredCookie;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Everything that was seen while an app was examined: the material that {@link Diagnosis} reads.
 *
 * @param plan what was asked for
 * @param acts the page's requests in order
 * @param raws the doctor's own requests
 * @param token the token against forgery that the app could find
 * @param bearer the token that the sign-in answered, when it sets no cookie
 * @param refusedHosts other hosts that answers redirected to
 * @param sanitised whether the cookies were taken out of a recording
 */
record Visit(
        Plan plan,
        List<Act> acts,
        List<Raw> raws,
        Optional<CsrfToken> token,
        Optional<String> bearer,
        List<String> refusedHosts,
        boolean sanitised) {
    Visit {
        acts = List.copyOf(acts);
        raws = List.copyOf(raws);
        refusedHosts = List.copyOf(refusedHosts);
    }

    Optional<Act> act(Scene scene) {
        return acts.stream().filter(act -> act.scene() == scene).findFirst();
    }

    Optional<Raw> raw(Scene scene) {
        return raws.stream().filter(raw -> raw.scene() == scene).findFirst();
    }

    /** All answers, preflights included. */
    Stream<NetworkResponse> answers() {
        return acts.stream()
                .flatMap(act -> act.outcome().exchanges().stream())
                .flatMap(exchange -> exchange.response().stream());
    }

    /** Cookies that the sign-in left in the jar and that are no tokens against forgery: one of them is the session. */
    List<StoredCookie> sessionCookies() {
        return act(Scene.SIGN_IN).stream()
                .flatMap(act -> act.jar().stream())
                .filter(cookie -> !CsrfToken.isCookieName(cookie.name()))
                .toList();
    }

    /** The header lines of {@code Set-Cookie} that the sign-in answered with, redirects included. */
    List<String> signInCookieLines() {
        return act(Scene.SIGN_IN).stream()
                .flatMap(act -> act.outcome().exchanges().stream())
                .filter(exchange -> !exchange.request().preflight())
                .flatMap(exchange -> exchange.response().stream())
                .flatMap(response -> response.headers().all("Set-Cookie").stream())
                .toList();
    }

    /** Whether the answer to a request for signed-in users shows a user: it is a success, and not what a stranger gets. */
    boolean isSignedIn(Act act) {
        return act.succeeded() && differsFromStranger(act);
    }

    private boolean differsFromStranger(Act act) {
        Optional<Act> before =
                act(Scene.BEFORE_SIGN_IN).filter(first -> first.url().equals(act.url()));
        if (before.isEmpty() || !before.get().succeeded()) {
            return true;
        }
        return !essence(before.get().outcome().lastResponse())
                .equals(essence(act.outcome().lastResponse()));
    }

    /** The body without what changes on every request. */
    static String essence(Optional<NetworkResponse> answer) {
        String body = answer.map(NetworkResponse::body).orElse("");
        return Json.object(body).map(Visit::withoutChanging).orElse(body);
    }

    private static String withoutChanging(JsonNode body) {
        ObjectNode copy = ((ObjectNode) body).deepCopy();
        for (String name : List.copyOf(copy.propertyNames())) {
            if (CsrfToken.isCookieName(name) || name.toLowerCase(Locale.ROOT).contains("time")) {
                copy.remove(name);
            }
        }
        return copy.toString();
    }

    /** The answer's headers of the sign-in, or none. */
    static Headers headers(Optional<Act> act) {
        return act.flatMap(a -> a.outcome().lastResponse())
                .map(NetworkResponse::headers)
                .orElse(Headers.NONE);
    }
}
