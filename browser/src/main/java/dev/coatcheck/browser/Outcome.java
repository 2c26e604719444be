package dev.coatcheck.browser;

import dev.coatcheck.site.CookieHeader;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What came of a request: what was sent, what was stored, what the page may read, and every decision on the way in the order in which
 * the browser took it.
 *
 * @param exchanges every request that left, preflights and redirects included, in order
 * @param decisions every decision, in order
 * @param readable whether the page may read the answer: for a fetch or XHR that it got status and body, for an image, script or frame
 *     that it loaded
 * @param type what kind of answer a fetch got; empty when it failed
 * @param status the status that the page sees; 0 for an opaque answer
 * @param exposedHeaders the names of the headers that the page may read, in lower case
 * @param body the body that the page may read
 * @param finalUrl where a top-level navigation (the old page, if it was stopped) or a followed redirect ended
 * @param pending whether the request never ends, because a permission prompt is open or a navigation hangs
 */
public record Outcome(
        List<Exchange> exchanges,
        List<Decision> decisions,
        boolean readable,
        Optional<ResponseType> type,
        OptionalInt status,
        Set<String> exposedHeaders,
        Optional<String> body,
        Optional<String> finalUrl,
        boolean pending) {
    /** Copies the collections. */
    public Outcome {
        exchanges = List.copyOf(exchanges);
        decisions = List.copyOf(decisions);
        exposedHeaders = Set.copyOf(exposedHeaders);
    }

    /** The outcome of something for which nothing left the browser. */
    static Outcome withoutRequest(List<Decision> decisions) {
        return new Outcome(
                List.of(),
                decisions,
                false,
                Optional.empty(),
                OptionalInt.empty(),
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    /** The preflight, if one was sent. */
    public Optional<Exchange> preflight() {
        return exchanges.stream()
                .filter(exchange -> exchange.request().preflight())
                .findFirst();
    }

    /** The first request that is not a preflight; empty when none left the browser. */
    public Optional<Exchange> actual() {
        return exchanges.stream()
                .filter(exchange -> !exchange.request().preflight())
                .findFirst();
    }

    /** The last answer that came back to a request that is not a preflight. */
    public Optional<NetworkResponse> lastResponse() {
        return exchanges.stream()
                .filter(exchange -> !exchange.request().preflight())
                .reduce((first, second) -> second)
                .flatMap(Exchange::response);
    }

    /** The decisions against something, in order; the first one is usually the cause of the trouble. */
    public List<Decision> refusals() {
        return decisions.stream().filter(decision -> !decision.allowed()).toList();
    }

    /** The decisions of one step, in order. */
    public List<Decision> decisions(Step step) {
        return decisions.stream().filter(decision -> decision.step() == step).toList();
    }

    /** Names of the cookies that were stored, in order. */
    public List<String> storedCookies() {
        return decisions.stream()
                .filter(decision -> decision.step() == Step.STORE_COOKIE && decision.allowed())
                .map(Decision::subject)
                .toList();
    }

    /** Names of the cookies that went with the last request that was not a preflight, in the order of the header. */
    public List<String> sentCookies() {
        return exchanges.stream()
                .filter(exchange -> !exchange.request().preflight())
                .reduce((first, second) -> second)
                .map(exchange -> CookieHeader.parse(exchange.request().headers().all("Cookie")).pairs().stream()
                        .map(CookieHeader.Pair::name)
                        .toList())
                .orElse(List.of());
    }
}
