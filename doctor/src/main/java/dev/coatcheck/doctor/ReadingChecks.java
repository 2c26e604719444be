package dev.coatcheck.doctor;

import dev.coatcheck.browser.Decision;
import dev.coatcheck.browser.Exchange;
import dev.coatcheck.browser.NetworkResponse;
import dev.coatcheck.site.Hosts;
import dev.coatcheck.site.Origin;
import java.util.Optional;

/** Did the request leave, did the preflight pass, may the page read the answer? */
final class ReadingChecks {
    private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";

    private final Visit visit;
    private final Suspicions found;

    ReadingChecks(Visit visit, Suspicions found) {
        this.visit = visit;
        this.found = found;
    }

    void examine(Act act) {
        if (act.wasRedirected() && examineRedirect(act)) {
            return;
        }
        for (Decision decision : act.outcome().refusals()) {
            if (decision.preflight()) {
                examinePreflight(act, decision);
            } else {
                examineAnswer(act, decision);
            }
        }
    }

    /** Whether the redirect explains the rest. */
    private boolean examineRedirect(Act act) {
        NetworkResponse answer = act.answer().orElseThrow();
        String location = answer.headers().first("Location").orElse("");
        String seen = "HTTP " + answer.status() + ", Location: " + location;
        boolean tidiesUp = tidiesUp(act.url(), location);
        if (!tidiesUp && (act.scene() == Scene.BEFORE_SIGN_IN || act.scene() == Scene.AFTER_SIGN_OUT)) {
            found.add(Suspicion.of(
                            FindingCode.UNAUTHENTICATED_REDIRECTED, act, "a request without a session was redirected")
                    .seen(seen)
                    .needed("HTTP 401 with CORS headers"));
            return true;
        }
        if (tidiesUp
                && answer.status() < 303
                && !act.method().equals("GET")
                && !act.method().equals("HEAD")) {
            found.add(Suspicion.of(
                            FindingCode.REQUEST_REDIRECTED,
                            act,
                            "the " + act.method() + " became a GET without its body")
                    .seen(seen)
                    .needed("the request to the final URL, or HTTP 308")
                    .word("location", location));
            return true;
        }
        if (!visit.refusedHosts().isEmpty() && !act.outcome().readable()) {
            found.add(Suspicion.of(
                            FindingCode.REDIRECTED_ELSEWHERE,
                            act,
                            "the answer sends the fetch to "
                                    + visit.refusedHosts().get(0) + ", where the doctor does not go")
                    .seen(seen)
                    .needed("an answer of the API itself"));
            return true;
        }
        Optional<Decision> unreadable = act.outcome().refusals().stream()
                .filter(decision -> !decision.preflight() && isCorsRefusal(decision))
                .findFirst();
        unreadable.ifPresent(decision -> found.add(Suspicion.of(FindingCode.REDIRECT_WITHOUT_CORS, act, decision)
                .seen(seen + decision.seen().map(s -> "; then " + s).orElse(""))));
        return unreadable.isPresent();
    }

    /** Whether a redirect only adds or takes a slash, or changes the scheme. */
    static boolean tidiesUp(String url, String location) {
        String path = withoutSlash(pathOf(url));
        return path.equals(withoutSlash(pathOf(location)));
    }

    private static String pathOf(String url) {
        int scheme = url.indexOf("://");
        int start = scheme < 0 ? 0 : url.indexOf('/', scheme + 3);
        String path = start < 0 ? "/" : url.substring(start);
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }

    private static String withoutSlash(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static boolean isCorsRefusal(Decision decision) {
        return switch (decision.rule()) {
            case ALLOW_ORIGIN_MISSING,
                    ALLOW_ORIGIN_MULTIPLE,
                    ALLOW_ORIGIN_WILDCARD,
                    ALLOW_ORIGIN_INVALID,
                    ALLOW_ORIGIN_MISMATCH,
                    ALLOW_CREDENTIALS_MISSING,
                    ALLOW_CREDENTIALS_INVALID -> true;
            default -> false;
        };
    }

    private void examinePreflight(Act act, Decision decision) {
        switch (decision.rule()) {
            case COOKIE_ON_PREFLIGHT -> startsSession(act, decision);
            case PREFLIGHT_METHOD_REFUSED, PREFLIGHT_METHODS_MALFORMED ->
                found.add(Suspicion.of(FindingCode.PREFLIGHT_METHOD_REFUSED, act, decision)
                        .word("method", act.method()));
            case PREFLIGHT_HEADER_REFUSED, PREFLIGHT_HEADERS_MALFORMED ->
                found.add(Suspicion.of(FindingCode.PREFLIGHT_HEADER_REFUSED, act, decision)
                        .word("header", neededName(decision)));
            case PREFLIGHT_REDIRECT, PREFLIGHT_STATUS -> failedPreflight(act, decision);
            default -> {
                if (isCorsRefusal(decision)) {
                    failedPreflight(act, decision);
                } else {
                    examineDeparture(act, decision);
                }
            }
        }
    }

    private void startsSession(Act act, Decision decision) {
        if (decision.subject().isEmpty() || !decision.step().equals(dev.coatcheck.browser.Step.STORE_COOKIE)) {
            return;
        }
        found.add(Suspicion.of(
                        FindingCode.PREFLIGHT_STARTS_SESSION,
                        act,
                        "the answer to OPTIONS sets the cookie " + decision.subject())
                .by(decision.standard())
                .needed("an answer to OPTIONS before any session is started"));
    }

    private void failedPreflight(Act act, Decision decision) {
        Optional<NetworkResponse> answer = act.outcome().preflight().flatMap(Exchange::response);
        int status = answer.map(NetworkResponse::status).orElse(0);
        if (status >= 200 && status < 300) {
            examineCors(act, decision, status);
            return;
        }
        FindingCode code =
                codeOfStatus(status, answer.map(NetworkResponse::body).orElse(""));
        if (code == FindingCode.CORS_ALLOW_ORIGIN_MISSING) {
            examineCors(act, decision, status);
            return;
        }
        String seen = "HTTP " + status
                + answer.flatMap(a -> a.headers().first("Location"))
                        .map(l -> ", Location: " + l)
                        .orElse("");
        found.add(Suspicion.of(code, act, "the answer to OPTIONS " + act.url() + " has the status " + status)
                .seen(seen)
                .needed("a status from 200 to 299, with CORS headers")
                .word(
                        "location",
                        answer.flatMap(a -> a.headers().first("Location")).orElse("")));
    }

    private FindingCode codeOfStatus(int status, String body) {
        if (status >= 300 && status < 400) {
            return FindingCode.PREFLIGHT_REDIRECTED;
        }
        if (status == 401 || status == 407 || (status == 403 && !body.contains("Invalid CORS request"))) {
            return FindingCode.PREFLIGHT_REFUSED_AUTH;
        }
        if (status == 403 || !anyAnswerAllowsAnOrigin()) {
            return status >= 500 && status != 501
                    ? FindingCode.PREFLIGHT_FAILED
                    : FindingCode.CORS_ALLOW_ORIGIN_MISSING;
        }
        return status == 404 || status == 405 || status == 501
                ? FindingCode.PREFLIGHT_NOT_ANSWERED
                : FindingCode.PREFLIGHT_FAILED;
    }

    private void examineAnswer(Act act, Decision decision) {
        if (isCorsRefusal(decision)) {
            examineCors(act, decision, act.status());
        } else {
            examineDeparture(act, decision);
        }
    }

    /** The name in a line such as {@code Access-Control-Allow-Headers: x-tenant}. */
    private static String neededName(Decision decision) {
        return decision.needed()
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .filter(name -> !name.isEmpty())
                .orElse("the header");
    }

    private void examineDeparture(Act act, Decision decision) {
        switch (decision.rule()) {
            case MIXED_CONTENT_BLOCKED, MIXED_FORM_BLOCKED ->
                found.add(Suspicion.of(FindingCode.MIXED_CONTENT, act, decision));
            case LOCAL_NETWORK_DENIED, LOCAL_NETWORK_INSECURE, LOCAL_NETWORK_PENDING, LOCAL_NETWORK_SPACE_MISMATCH ->
                found.add(Suspicion.of(FindingCode.LOCAL_NETWORK_BLOCKED, act, decision));
            case NETWORK_FAILURE ->
                found.add(
                        visit.refusedHosts().isEmpty()
                                ? Suspicion.of(FindingCode.CONNECTION_FAILED, act, decision)
                                : Suspicion.of(FindingCode.REDIRECTED_ELSEWHERE, act, decision));
            default -> {}
        }
    }

    private void examineCors(Act act, Decision decision, int status) {
        switch (decision.rule()) {
            case ALLOW_ORIGIN_MISSING -> missingOrigin(act, decision, status);
            case ALLOW_ORIGIN_WILDCARD -> cors(FindingCode.CORS_WILDCARD_WITH_CREDENTIALS, act, decision);
            case ALLOW_ORIGIN_MULTIPLE -> cors(FindingCode.CORS_ALLOW_ORIGIN_MULTIPLE, act, decision);
            case ALLOW_ORIGIN_INVALID -> cors(FindingCode.CORS_ALLOW_ORIGIN_MALFORMED, act, decision);
            case ALLOW_ORIGIN_MISMATCH -> mismatch(act, decision);
            case ALLOW_CREDENTIALS_MISSING -> cors(FindingCode.CORS_CREDENTIALS_MISSING, act, decision);
            case ALLOW_CREDENTIALS_INVALID -> cors(FindingCode.CORS_CREDENTIALS_MALFORMED, act, decision);
            default -> {}
        }
    }

    private void cors(FindingCode code, Act act, Decision decision) {
        found.add(Suspicion.of(code, act, decision));
    }

    private void mismatch(Act act, Decision decision) {
        boolean otherLoopbackName = decision.seen()
                .flatMap(ReadingChecks::originIn)
                .filter(origin -> Hosts.isLoopback(origin.host())
                        && Hosts.isLoopback(visit.plan().app().host())
                        && origin.port() == visit.plan().app().port()
                        && !origin.host().equals(visit.plan().app().host()))
                .isPresent();
        cors(otherLoopbackName ? FindingCode.LOCALHOST_VS_127 : FindingCode.CORS_ALLOW_ORIGIN_MISMATCH, act, decision);
    }

    private static Optional<Origin> originIn(String seen) {
        int scheme = seen.indexOf("http");
        return scheme < 0 ? Optional.empty() : Origin.ofUrl(seen.substring(scheme));
    }

    private void missingOrigin(Act act, Decision decision, int status) {
        if (decision.preflight()) {
            cors(FindingCode.CORS_ALLOW_ORIGIN_MISSING, act, decision);
        } else if (status >= 400 && (anySuccessAllowsAnOrigin() || (onlyErrors() && !withoutAnyCors()))) {
            found.add(Suspicion.of(
                            FindingCode.ERROR_WITHOUT_CORS,
                            act,
                            "the answer has the status " + status + " and no CORS headers")
                    .by(decision.standard())
                    .seen(decision.seen())
                    .needed(decision.needed()));
        } else if (anyPreflightAllowsAnOrigin()) {
            cors(FindingCode.CORS_ONLY_ON_PREFLIGHT, act, decision);
        } else {
            cors(FindingCode.CORS_ALLOW_ORIGIN_MISSING, act, decision);
        }
    }

    private boolean anyAnswerAllowsAnOrigin() {
        return visit.answers().anyMatch(answer -> answer.headers().contains(ALLOW_ORIGIN));
    }

    private boolean anySuccessAllowsAnOrigin() {
        return visit.acts().stream()
                .flatMap(act -> act.answer().stream())
                .anyMatch(answer -> answer.status() < 400 && answer.headers().contains(ALLOW_ORIGIN));
    }

    private boolean anyPreflightAllowsAnOrigin() {
        return visit.acts().stream()
                .flatMap(act -> act.outcome().preflight().flatMap(Exchange::response).stream())
                .anyMatch(answer -> answer.headers().contains(ALLOW_ORIGIN));
    }

    private boolean onlyErrors() {
        return visit.acts().stream().flatMap(act -> act.answer().stream()).allMatch(answer -> answer.status() >= 400);
    }

    /** No CORS header anywhere, and no check of a sign-in that came before them either. */
    private boolean withoutAnyCors() {
        return !anyAnswerAllowsAnOrigin()
                && visit.acts().stream()
                        .flatMap(act -> act.outcome().preflight().flatMap(Exchange::response).stream())
                        .noneMatch(answer -> answer.status() == 401 || answer.status() == 403);
    }
}
