package dev.coatcheck.doctor;

import dev.coatcheck.browser.Headers;
import dev.coatcheck.browser.NetworkResponse;
import dev.coatcheck.browser.StoredCookie;
import dev.coatcheck.site.Hosts;
import dev.coatcheck.site.SameSite;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Who else profits from the way in which the session is kept? */
final class SecurityChecks {
    private static final Pattern SESSION_NAME = Pattern.compile(
            "sess|sid|auth|token|jwt|ticket|coatcheck|remember|\\.aspnetcore", Pattern.CASE_INSENSITIVE);
    private static final Pattern TOKEN_IN_QUERY = Pattern.compile(
            "[?&#;](?:access_token|id_token|refresh_token|token|jwt|session|session_id|sid|phpsessid|jsessionid)=[^&#]{8,}",
            Pattern.CASE_INSENSITIVE);
    private static final int LONG_VALUE = 16;
    private static final double ENOUGH_BITS = 64;

    private final Visit visit;
    private final Suspicions found;

    SecurityChecks(Visit visit, Suspicions found) {
        this.visit = visit;
        this.found = found;
    }

    void examine() {
        foreignOrigins();
        visit.act(Scene.SIGN_IN).ifPresent(this::signIn);
        visit.act(Scene.SECOND_REQUEST).filter(visit::isSignedIn).ifPresent(act -> {
            rotation(act);
            cacheability(act);
        });
        forgery();
        replay();
        visit.acts().forEach(this::tokenInUrl);
    }

    private void foreignOrigins() {
        List<Raw> raws = visit.raws().stream()
                .filter(raw -> raw.scene() == Scene.FOREIGN_ORIGINS)
                .toList();
        Optional<Raw> open = raws.stream().filter(Raw::letsReadWithCookies).findFirst();
        open.ifPresent(raw -> {
            String origin = raw.origin().orElseThrow();
            FindingCode code = origin.equals(Probe.FOREIGN_ORIGIN)
                    ? FindingCode.CORS_REFLECTS_ANY_ORIGIN
                    : origin.equals("null") ? FindingCode.CORS_ALLOWS_NULL_ORIGIN : FindingCode.CORS_ORIGIN_BY_PREFIX;
            found.add(Suspicion.of(code, raw, "asked with Origin: " + origin + ", the API allows it")
                    .seen("Access-Control-Allow-Origin: " + origin + ", Access-Control-Allow-Credentials: true")
                    .needed("no Access-Control-Allow-Origin for that origin"));
        });
        if (!raws.isEmpty()) {
            vary(raws.get(0));
        }
    }

    /** Only an answer that depends on the asking origin needs Vary: a constant header is the same for all. */
    private void vary(Raw foreign) {
        String app = visit.plan().app().toString();
        boolean constant = foreign.response()
                .filter(r -> r.headers().first("Access-Control-Allow-Origin").equals(Optional.of(app)))
                .isPresent();
        if (constant || foreign.response().isEmpty()) {
            return;
        }
        visit.acts().stream()
                .filter(act -> act.answer()
                        .filter(a -> namesAppWithoutVary(a.headers(), app))
                        .isPresent())
                .findFirst()
                .ifPresent(act -> found.add(Suspicion.of(
                                FindingCode.VARY_ORIGIN_MISSING,
                                act,
                                "the answer depends on the asking origin and does not say so")
                        .seen(act.answer()
                                .flatMap(a -> a.headers().combined("Vary"))
                                .map(v -> "Vary: " + v))
                        .needed("Vary: Origin")));
    }

    private static boolean namesAppWithoutVary(Headers headers, String app) {
        String vary = headers.combined("Vary").orElse("").toLowerCase(Locale.ROOT);
        return headers.first("Access-Control-Allow-Origin").equals(Optional.of(app))
                && !vary.contains("origin")
                && !vary.contains("*");
    }

    private void signIn(Act act) {
        String host = visit.plan().apiOrigin().host();
        if (act.method().equals("POST") && !visit.plan().apiOrigin().isSecure() && !Hosts.isLoopback(host)) {
            Suspicion clear = Suspicion.of(
                            FindingCode.SIGN_IN_IN_CLEAR,
                            act,
                            "the password was sent to " + host + " without encryption")
                    .seen(visit.plan().api())
                    .needed("https");
            found.add(Places.isPrivate(host) ? clear.weighing(Weight.NOTE) : clear);
        }
        visit.sessionCookies().stream().filter(SecurityChecks::looksLikeSession).forEach(cookie -> flags(act, cookie));
    }

    private static boolean looksLikeSession(StoredCookie cookie) {
        return cookie.value().length() >= LONG_VALUE
                || SESSION_NAME.matcher(cookie.name()).find();
    }

    private void flags(Act act, StoredCookie cookie) {
        if (!cookie.httpOnly()) {
            found.add(flag(
                    FindingCode.COOKIE_NOT_HTTP_ONLY,
                    act,
                    cookie,
                    "document.cookie shows " + cookie.name(),
                    "HttpOnly"));
        }
        if (!cookie.secure() && visit.plan().apiOrigin().isSecure()) {
            found.add(flag(
                    FindingCode.COOKIE_NOT_SECURE,
                    act,
                    cookie,
                    cookie.name() + " goes out over plain http as well",
                    "Secure"));
        }
        if (bits(Form.decode(cookie.value())) < ENOUGH_BITS) {
            found.add(flag(
                    FindingCode.SESSION_ID_WEAK,
                    act,
                    cookie,
                    cookie.name() + " has " + cookie.value().length() + " characters, "
                            + Math.round(bits(Form.decode(cookie.value()))) + " bits at most",
                    "128 random bits"));
        }
        if (!cookie.hostOnly() && !Hosts.isIpAddress(cookie.domain())) {
            found.add(flag(
                    FindingCode.COOKIE_DOMAIN_WIDE,
                    act,
                    cookie,
                    cookie.name() + " goes to every host below " + cookie.domain(),
                    "no Domain, if one host is enough"));
        }
    }

    private static Suspicion flag(FindingCode code, Act act, StoredCookie cookie, String detail, String needed) {
        return Suspicion.of(code, act, detail)
                .seen(Redactor.describe(cookie))
                .needed(needed)
                .word("cookie", cookie.name());
    }

    /** An upper bound of what a value can hold, by its alphabet and length. */
    private static double bits(String value) {
        int alphabet = value.matches("[0-9]*") ? 10 : value.matches("[0-9a-fA-F]*") ? 16 : 64;
        return value.length() * Math.log(alphabet) / Math.log(2);
    }

    private void rotation(Act act) {
        Optional<Act> signIn = visit.act(Scene.SIGN_IN);
        visit.sessionCookies().stream()
                .filter(SecurityChecks::looksLikeSession)
                .filter(cookie ->
                        heldBefore(cookie) && act.outcome().sentCookies().contains(cookie.name()))
                .findFirst()
                .ifPresent(cookie -> found.add(Suspicion.of(
                                FindingCode.SESSION_NOT_ROTATED,
                                signIn.orElseThrow(),
                                cookie.name() + " has the value that it had before the sign-in, and is signed in now")
                        .seen(Redactor.describe(cookie))
                        .needed("a new value at the sign-in")
                        .word("cookie", cookie.name())));
    }

    private boolean heldBefore(StoredCookie cookie) {
        return visit.acts().stream()
                .filter(act -> act.scene() == Scene.BEFORE_SIGN_IN || act.scene() == Scene.CSRF)
                .flatMap(act -> act.jar().stream())
                .anyMatch(before ->
                        before.name().equals(cookie.name()) && before.value().equals(cookie.value()));
    }

    private void cacheability(Act act) {
        Headers headers = Visit.headers(Optional.of(act));
        Optional<String> control = headers.combined("Cache-Control").map(c -> c.toLowerCase(Locale.ROOT));
        boolean kept = control.map(SecurityChecks::allowsStoring)
                .orElseGet(() -> headers.contains("Last-Modified") && !expiresAtOnce(headers));
        if (kept) {
            found.add(Suspicion.of(FindingCode.RESPONSE_CACHEABLE, act, "the user's own answer may be stored")
                    .seen(control.map(c -> "Cache-Control: " + c)
                            .or(() -> Optional.of("Last-Modified without Cache-Control")))
                    .needed("Cache-Control: private, no-store"));
        } else if (control.isEmpty() && !expiresAtOnce(headers)) {
            found.add(Suspicion.of(
                            FindingCode.CACHE_CONTROL_MISSING,
                            act,
                            "the user's own answer does not say whether it may be stored")
                    .needed("Cache-Control: private, no-store"));
        }
    }

    private static boolean allowsStoring(String control) {
        if (control.contains("no-store") || control.contains("no-cache")) {
            return false;
        }
        return control.contains("public")
                || control.contains("s-maxage")
                || (control.matches(".*max-age=\"?0*[1-9].*") && !control.contains("private"));
    }

    private static boolean expiresAtOnce(Headers headers) {
        return headers.first("Expires")
                .filter(e -> e.equals("0") || e.equals("-1") || e.contains("1981") || e.contains("1970"))
                .isPresent();
    }

    private void forgery() {
        Optional<Raw> forged = visit.raw(Scene.FORGERY).filter(Raw::succeeded);
        if (forged.isEmpty()) {
            return;
        }
        List<StoredCookie> session = visit.sessionCookies().stream()
                .filter(SecurityChecks::looksLikeSession)
                .toList();
        boolean open = session.stream()
                .anyMatch(cookie ->
                        cookie.sameSite().isEmpty() || cookie.sameSite().equals(Optional.of(SameSite.NONE)));
        Suspicion suspicion = Suspicion.of(
                        open ? FindingCode.CSRF_UNPROTECTED : FindingCode.CSRF_BY_SAME_SITE_ONLY,
                        forged.get(),
                        "asked with Origin: " + Probe.FOREIGN_ORIGIN + " and without a token, the API did it")
                .seen("HTTP "
                        + forged.get().response().map(NetworkResponse::status).orElse(0))
                .needed("HTTP 403");
        found.add(suspicion);
    }

    private void replay() {
        boolean signedOut = visit.act(Scene.AFTER_SIGN_OUT)
                .filter(act -> !visit.isSignedIn(act))
                .isPresent();
        visit.raw(Scene.REPLAY)
                .filter(raw -> signedOut && raw.succeeded() && likeSecondRequest(raw))
                .ifPresent(raw -> found.add(Suspicion.of(
                                FindingCode.SESSION_SURVIVES_SIGN_OUT,
                                raw,
                                "the cookie from before the sign-out is still answered as signed in")
                        .seen("HTTP "
                                + raw.response().map(NetworkResponse::status).orElse(0))
                        .needed("HTTP 401")));
    }

    private boolean likeSecondRequest(Raw raw) {
        Optional<Act> before = visit.act(Scene.BEFORE_SIGN_IN);
        return before.isEmpty()
                || !before.get().succeeded()
                || !Visit.essence(before.get().outcome().lastResponse()).equals(Visit.essence(raw.response()));
    }

    private void tokenInUrl(Act act) {
        act.outcome().exchanges().stream()
                .flatMap(exchange -> java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(exchange.request().url()),
                        exchange.response().stream()
                                .flatMap(response -> response.headers().first("Location").stream())))
                .filter(url -> TOKEN_IN_QUERY.matcher(url).find())
                .findFirst()
                .ifPresent(url ->
                        found.add(Suspicion.of(FindingCode.TOKEN_IN_URL, act, "the URL holds what looks like a token")
                                .seen(withoutTokens(url))
                                .needed("the token in a cookie or in the Authorization header")));
    }

    static String withoutTokens(String text) {
        return TOKEN_IN_QUERY.matcher(text).replaceAll(match -> {
            String found = match.group();
            return java.util.regex.Matcher.quoteReplacement(found.substring(0, found.indexOf('=') + 1) + "[redacted]");
        });
    }
}
