package dev.coatcheck;

import dev.coatcheck.http.Header;
import dev.coatcheck.http.WebResponse;
import dev.coatcheck.store.EndReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A problem document (RFC 9457): {@code application/problem+json} with a stable {@code code} that clients act on.
 *
 * @param status HTTP status
 * @param code one of the words in docs/errors.md
 * @param title the same for every occurrence
 * @param detail this occurrence, for a developer; never a secret, never a value that came in
 * @param headers lines that belong to it, such as Retry-After
 */
public record Problem(int status, String code, String title, String detail, List<Header> headers) {
    public Problem {
        headers = List.copyOf(headers);
    }

    public static Problem sessionMissing() {
        return unauthorized(
                "session-missing", "Nobody is signed in", "The request carries no ticket of a living session.", "");
    }

    public static Problem sessionExpired() {
        return unauthorized("session-expired", "The session has expired", "Sign in again.", INVALID_TOKEN);
    }

    public static Problem sessionRevoked(String reason) {
        return unauthorized("session-revoked", "The session was ended", "It was ended: " + reason + ".", INVALID_TOKEN);
    }

    /** The 401 for a session that was ended for this reason. */
    public static Problem sessionEnded(EndReason why) {
        return switch (why) {
            case SIGNED_OUT -> sessionRevoked("the person signed out");
            case REVOKED_BY_USER -> sessionRevoked("the person ended it from another device");
            case REVOKED_BY_ADMIN -> sessionRevoked("an administrator ended it");
            case ACCOUNT_CHANGED -> sessionRevoked("the account was changed");
            case LIMIT -> sessionRevoked("too many devices were signed in");
            case REPLACED -> sessionReplaced();
            case TOKEN_REUSED -> tokenReused();
        };
    }

    public static Problem sessionReplaced() {
        return unauthorized(
                "session-replaced",
                "The session was replaced",
                "A sign-in took place after this request's ticket was handed out.",
                INVALID_TOKEN);
    }

    public static Problem tokenInvalid() {
        return unauthorized(
                "token-invalid",
                "The bearer token is not valid",
                "It is no ticket of a living session.",
                INVALID_TOKEN);
    }

    public static Problem tokenReused() {
        return unauthorized(
                "token-reused",
                "A replaced ticket was used again",
                "The ticket had been replaced; the session has been ended, because somebody else may hold a copy.",
                INVALID_TOKEN);
    }

    public static Problem credentialsInvalid() {
        return unauthorized(
                "credentials-invalid", "The name or the password is wrong", "Check both and try again.", "");
    }

    public static Problem loginThrottled(Duration retryAfter) {
        return of(429, "login-throttled", "Too many tries to sign in", "Wait before the next try.")
                .with(retryAfter(retryAfter));
    }

    /** As many sessions of visitors were begun from one client address as may be in their lifetime. */
    public static Problem visitorsLimitReached(Duration retryAfter) {
        return of(
                        429,
                        "visitors-limit-reached",
                        "Too many visitors come from this address",
                        "Nothing was remembered for this request. Sign in, or try again after the given time.")
                .with(retryAfter(retryAfter));
    }

    /** As many event streams are open as this session, user, address or node may have. */
    public static Problem eventsLimitReached(String whose, Duration retryAfter) {
        return of(
                        429,
                        "events-limit-reached",
                        "Too many event streams are open",
                        "As many as " + whose + " may have. Close one, share one between tabs, or try again later.")
                .with(retryAfter(retryAfter));
    }

    public static Problem csrfMissing(List<String> headers) {
        return of(
                403,
                "csrf-missing",
                "The CSRF token is missing",
                "A request that changes something and travels with the session cookie needs a token in the header "
                        + String.join(" or ", headers)
                        + ". GET the csrf endpoint, or take csrfToken from the session document."
                        + " axios sends it across origins only with withXSRFToken: true.");
    }

    public static Problem csrfMismatch() {
        return of(
                403,
                "csrf-mismatch",
                "The CSRF token does not fit",
                "It belongs to another session or to the time before a sign-in. Fetch a new one and repeat the request.");
    }

    public static Problem originNotAllowed() {
        return of(
                403,
                "origin-not-allowed",
                "Requests from this origin are not allowed",
                "Add the page's origin to the allowed origins, exactly as the browser sends it: scheme, host and port."
                        + " localhost and 127.0.0.1 are different hosts.");
    }

    public static Problem ticketSuperseded() {
        return of(
                409,
                "ticket-superseded",
                "The ticket has been rotated",
                "This answer carries the current ticket again. Repeat the request with it.");
    }

    public static Problem sessionLimitReached() {
        return of(403, "session-limit-reached", "Too many devices are signed in", "End another session first.");
    }

    public static Problem scopeInsufficient(String needed) {
        return of(403, "scope-insufficient", "This needs more rights", needed);
    }

    public static Problem malformed(String detail) {
        return of(400, "request-malformed", "The request can't be understood", detail);
    }

    /** The same code with another status of the 4xx range: 413, 415, 431. */
    public static Problem malformed(int status, String detail) {
        return of(status, "request-malformed", "The request can't be understood", detail);
    }

    public static Problem notFound() {
        return of(404, "not-found", "There is nothing here", "The path names nothing, or nothing that you may see.");
    }

    public static Problem methodNotAllowed(String allow) {
        return of(405, "method-not-allowed", "This method is not for this path", "Allowed: " + allow + ".")
                .with(new Header("Allow", allow));
    }

    public static Problem storeUnavailable(Duration retryAfter) {
        return of(
                        503,
                        "store-unavailable",
                        "The session store does not answer",
                        "That says nothing about who is signed in. Try again after the given time.")
                .with(retryAfter(retryAfter));
    }

    /** The server is stopping, or has too much to do. */
    public static Problem unavailable(Duration retryAfter) {
        return of(503, "server-unavailable", "The server can't answer now", "Try again after the given time.")
                .with(retryAfter(retryAfter));
    }

    /** A status that says everything there is to say; its code is {@code http-} and the status. */
    public static Problem ofStatus(int status, String title) {
        return of(status, "http-" + status, title, "The status says all.");
    }

    public static Problem internal() {
        return of(500, "internal-error", "Something went wrong on the server", "The server's log says what.");
    }

    /** Any other problem. */
    public static Problem of(int status, String code, String title, String detail) {
        return new Problem(status, code, title, detail, List.of());
    }

    /** This problem with one more header line. */
    public Problem with(Header header) {
        List<Header> more = new ArrayList<>(headers);
        more.add(header);
        return new Problem(status, code, title, detail, more);
    }

    /** The whole answer; never stored by a cache. */
    public WebResponse toResponse() {
        String json = "{\"type\":\"urn:coatcheck:problem:" + code + "\",\"title\":" + quoted(title) + ",\"status\":"
                + status + ",\"detail\":" + quoted(detail) + ",\"code\":\"" + code + "\"}";
        return WebResponse.status(status)
                .with("Cache-Control", "private, no-store")
                .with(headers)
                .withBody("application/problem+json", json);
    }

    private static final String INVALID_TOKEN = " error=\"invalid_token\"";

    private static Problem unauthorized(String code, String title, String detail, String parameters) {
        return of(401, code, title, detail).with(new Header("WWW-Authenticate", "Bearer" + parameters));
    }

    private static Header retryAfter(Duration duration) {
        return new Header(
                "Retry-After",
                Long.toString(Math.max(1, duration.plusMillis(999).toSeconds())));
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' || c < ' ' || c > '~') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
