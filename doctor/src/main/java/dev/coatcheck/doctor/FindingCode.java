package dev.coatcheck.doctor;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Everything that the doctor can find. The {@link #id()} is stable and stands in JSON; title, reason and standard are for people, and are
 * the table in {@code docs/doctor.md}. The order is the order of the links in the chain from the page to a session that is over.
 */
public enum FindingCode {
    // Does the request leave the browser at all
    MIXED_CONTENT(
            Weight.BREAKS,
            "The page is https, the API is plain http",
            "A browser does not let a secure page fetch from plain http (this machine excepted); the request never leaves.",
            "Mixed Content, 4.4 blocking"),
    LOCAL_NETWORK_BLOCKED(
            Weight.BREAKS,
            "The page is on the internet, the API on the user's network or machine",
            "A page from further out needs the user's permission to reach a private address, and a plain-http page never gets it.",
            "Local Network Access, 3.2 integration with Fetch"),
    CONNECTION_FAILED(
            Weight.BREAKS,
            "The API closed the connection or did not answer in time",
            "The page sees a network error that looks like any other.",
            "Fetch, 4.7 HTTP-network fetch"),
    LOCALHOST_VS_127(
            Weight.BREAKS,
            "localhost and 127.0.0.1 are mixed",
            "To a browser they are two unrelated sites: another origin to CORS, another jar for cookies, cross-site for SameSite.",
            "HTML, 7.1.1 origins and sites"),

    // The preflight
    PREFLIGHT_REDIRECTED(
            Weight.BREAKS,
            "The preflight is redirected",
            "A browser never follows a redirect of a preflight; a slash at the end or http to https is the usual reason.",
            "Fetch, 4.8 CORS-preflight fetch"),
    PREFLIGHT_REFUSED_AUTH(
            Weight.BREAKS,
            "The preflight is asked to sign in",
            "A preflight carries neither cookie nor Authorization, so a check that comes before CORS refuses it every time.",
            "Fetch, 4.8 CORS-preflight fetch"),
    PREFLIGHT_NOT_ANSWERED(
            Weight.BREAKS,
            "Nobody answers the preflight",
            "The route knows no OPTIONS (404, 405, 501), while other answers carry CORS headers.",
            "Fetch, 4.8 CORS-preflight fetch"),
    PREFLIGHT_FAILED(
            Weight.BREAKS,
            "The preflight ends with an error",
            "A preflight must be answered with a status from 200 to 299, whatever headers it carries.",
            "Fetch, 4.8 CORS-preflight fetch"),
    PREFLIGHT_METHOD_REFUSED(
            Weight.BREAKS,
            "The preflight does not allow the method",
            "Access-Control-Allow-Methods must name the method, in upper case; * does not count with credentials.",
            "Fetch, 4.8 CORS-preflight fetch"),
    PREFLIGHT_HEADER_REFUSED(
            Weight.BREAKS,
            "The preflight does not allow a header",
            "Access-Control-Allow-Headers must name every header beyond the safelist; * does not count with credentials.",
            "Fetch, 4.8 CORS-preflight fetch"),

    // May the page read the answer
    CORS_ALLOW_ORIGIN_MISSING(
            Weight.BREAKS,
            "No Access-Control-Allow-Origin",
            "Without it a page of another origin may not read the answer, and a preflighted request is never sent.",
            "Fetch, 4.10 CORS check"),
    CORS_WILDCARD_WITH_CREDENTIALS(
            Weight.BREAKS,
            "Access-Control-Allow-Origin is * on a request with credentials",
            "With cookies the answer must name the page's origin; * never counts.",
            "Fetch, 4.10 CORS check"),
    CORS_ALLOW_ORIGIN_MISMATCH(
            Weight.BREAKS,
            "Access-Control-Allow-Origin names another origin",
            "Scheme, host and port must be equal to the byte, without a slash at the end.",
            "Fetch, 4.10 CORS check"),
    CORS_ALLOW_ORIGIN_MALFORMED(
            Weight.BREAKS,
            "Access-Control-Allow-Origin is no origin",
            "It is exactly one of: scheme://host[:port], null, or *.",
            "Fetch, 4.10 CORS check"),
    CORS_ALLOW_ORIGIN_MULTIPLE(
            Weight.BREAKS,
            "Access-Control-Allow-Origin holds several values",
            "One value only; two programs (a proxy and the application) often add one each.",
            "Fetch, 4.10 CORS check"),
    CORS_CREDENTIALS_MISSING(
            Weight.BREAKS,
            "No Access-Control-Allow-Credentials",
            "A request with cookies needs it to be true, on the preflight and on the answer itself.",
            "Fetch, 4.10 CORS check"),
    CORS_CREDENTIALS_MALFORMED(
            Weight.BREAKS,
            "Access-Control-Allow-Credentials is not exactly true",
            "Lower case and nothing else; True, 1 and yes count as missing.",
            "Fetch, 4.10 CORS check"),
    CORS_ONLY_ON_PREFLIGHT(
            Weight.BREAKS,
            "The preflight has CORS headers, the answer has none",
            "Both need Access-Control-Allow-Origin and Access-Control-Allow-Credentials.",
            "Fetch, 4.10 CORS check"),
    REDIRECTED_ELSEWHERE(
            Weight.BREAKS,
            "The request is redirected to another host",
            "A fetch follows it there with cookies of that host and needs CORS headers from it; a sign-in page can't be shown this way.",
            "Fetch, 4.4 HTTP-redirect fetch"),
    REDIRECT_WITHOUT_CORS(
            Weight.BREAKS,
            "A redirect leads to an answer that the page may not read",
            "Every answer on the way needs CORS headers; after a change of origin the Origin header is null.",
            "Fetch, 4.4 HTTP-redirect fetch"),
    REQUEST_REDIRECTED(
            Weight.BREAKS,
            "The request is redirected and loses its method and body",
            "301 and 302 turn a POST into a GET without a body; usually a slash at the end, or http to https.",
            "Fetch, 4.4 HTTP-redirect fetch"),

    // Is there a sign-in
    FETCH_WITHOUT_CREDENTIALS(
            Weight.BREAKS,
            "The app's fetch leaves cookies out",
            "Across origins a fetch neither sends nor stores cookies unless credentials is include (axios: withCredentials).",
            "Fetch, 4.6 HTTP-network-or-cache fetch"),
    SIGN_IN_NEEDS_CSRF(
            Weight.BREAKS,
            "The sign-in wants a token against forgery and got none",
            "The backend refuses the POST before it looks at the password.",
            "OWASP ASVS 5.0, V3.5"),
    SIGN_IN_REFUSED(
            Weight.BREAKS,
            "The sign-in was refused",
            "The backend understood the request and said no: name, password, field names or content type.",
            "RFC 9110, 15.5 client errors"),
    SIGN_IN_FAILED(
            Weight.BREAKS,
            "The sign-in ended with a server error",
            "The backend's log knows why; a browser has no part in it.",
            "RFC 9110, 15.6 server errors"),
    COOKIE_NOT_SET(
            Weight.BREAKS,
            "The sign-in sets no cookie and answers no token",
            "There is nothing that a browser could keep; often the framework withholds a Secure cookie from plain http.",
            "RFC 6265bis, 4.1 Set-Cookie"),

    // Does the browser keep the cookie
    COOKIE_SAMESITE_NONE_INSECURE(
            Weight.BREAKS,
            "SameSite=None without Secure",
            "A browser drops such a cookie without a word.",
            "RFC 6265bis, 5.7 storage model"),
    COOKIE_SECURE_ON_HTTP(
            Weight.BREAKS,
            "A Secure cookie over plain http",
            "It is kept and sent over https only (and, in Chromium and Firefox, on localhost).",
            "RFC 6265bis, 5.7 storage model"),
    COOKIE_DOMAIN_MISMATCH(
            Weight.BREAKS,
            "The cookie's Domain is not the API's host or a parent of it",
            "A host sets cookies for itself and its parents only; a port or a scheme in Domain is wrong as well.",
            "RFC 6265bis, 5.1.3 domain matching"),
    COOKIE_DOMAIN_PUBLIC_SUFFIX(
            Weight.BREAKS,
            "The cookie's Domain is a public suffix",
            "Nobody may set cookies for all of co.uk, github.io or a whole top-level name.",
            "RFC 6265bis, 5.7 storage model"),
    COOKIE_PREFIX_BROKEN(
            Weight.BREAKS,
            "The cookie's name promises what its attributes don't keep",
            "__Secure- needs Secure; __Host- needs Secure, Path=/ and no Domain.",
            "RFC 6265bis, 4.1.3 cookie name prefixes"),
    COOKIE_PARTITIONED_INSECURE(
            Weight.BREAKS,
            "Partitioned without Secure",
            "A browser drops such a cookie without a word.",
            "CHIPS, 2.1 Partitioned attribute"),
    COOKIE_MALFORMED(
            Weight.BREAKS,
            "The cookie can't be parsed",
            "Control characters, or neither a name nor a value.",
            "RFC 6265bis, 5.6 Set-Cookie header"),
    COOKIE_TOO_BIG(
            Weight.BREAKS,
            "The cookie is too big",
            "Name and value may have 4096 bytes together.",
            "RFC 6265bis, 5.6 Set-Cookie header"),
    COOKIE_EXPIRED_AT_ONCE(
            Weight.BREAKS,
            "The sign-in's cookie has already expired",
            "Max-Age of zero or an Expires in the past removes it: a wrong clock, milliseconds for seconds, or a time zone.",
            "RFC 6265bis, 5.7 storage model"),
    COOKIE_SAMESITE_CROSS_SITE(
            Weight.BREAKS,
            "SameSite=Lax or Strict, and the app is on another site than the API",
            "Such a cookie is neither stored from nor sent with a cross-site fetch.",
            "RFC 6265bis, 5.8.3 retrieval"),
    COOKIE_SAMESITE_MISSING(
            Weight.BREAKS,
            "No SameSite, which counts as Lax, and the app is on another site than the API",
            "Such a cookie is neither stored from nor sent with a cross-site fetch.",
            "RFC 6265bis, 5.6.7.1 Lax-Allowing-Unsafe"),
    COOKIE_CROSS_SCHEME(
            Weight.BREAKS,
            "The same host by http and by https counts as two sites",
            "SameSite=Lax and Strict cookies don't cross from one to the other.",
            "HTML, 7.1.1.1 schemefully same site"),
    COOKIE_THIRD_PARTY(
            Weight.BREAKS,
            "The browser blocks third-party cookies",
            "App and API are on different sites; no attribute of the cookie helps (Partitioned does where it is known).",
            "browser setting: third-party cookies"),
    COOKIE_REFUSED(
            Weight.BREAKS,
            "The browser refuses the cookie",
            "The rule that decided stands beside.",
            "RFC 6265bis, 5.7 storage model"),

    // Is the cookie sent, and understood
    COOKIE_PATH_MISMATCH(
            Weight.BREAKS,
            "The cookie's Path does not cover the API",
            "It is sent to URLs below its Path only; without Path it is the directory of the sign-in's URL.",
            "RFC 6265bis, 5.1.4 path matching"),
    COOKIE_HOST_MISMATCH(
            Weight.BREAKS,
            "The cookie belongs to another host of the API",
            "Without Domain a cookie goes back to exactly the host that set it.",
            "RFC 6265bis, 5.8.3 retrieval"),
    COOKIE_SHADOWED(
            Weight.BREAKS,
            "Two cookies of the same name are sent",
            "They differ in Path or Domain; the server reads one, perhaps the old one.",
            "RFC 6265bis, 5.8.3 retrieval"),
    SESSION_NEW_EVERY_REQUEST(
            Weight.BREAKS,
            "The backend starts a new session on every request",
            "It gets its cookie back, does not recognise it and sets another one: another secret, another store, or a name mixed up.",
            "RFC 6265bis, 8.4 session identifiers"),
    SESSION_NOT_RECOGNISED(
            Weight.BREAKS,
            "The cookie came back and the backend does not know it",
            "The browser did its part: the session was not saved, was saved elsewhere, or the request is not matched with it.",
            "RFC 6265bis, 8.4 session identifiers"),
    BEARER_NOT_ACCEPTED(
            Weight.BREAKS,
            "The token that the sign-in answered is not accepted",
            "It was sent as Authorization: Bearer.",
            "RFC 6750, 3.1 error codes"),

    // Changing things
    CSRF_UNREADABLE_COOKIE(
            Weight.BREAKS,
            "The token against forgery stands in a cookie that the app can't read",
            "A script reads the cookies of its own host only, and none that is HttpOnly.",
            "HTML, 3.1.5 document.cookie"),
    CSRF_HEADER_NOT_EXPOSED(
            Weight.BREAKS,
            "The token against forgery stands in a header that the app can't read",
            "Access-Control-Expose-Headers must name it.",
            "Fetch, 2.2.2 CORS-safelisted response-header name"),
    CSRF_TOKEN_NOT_FOUND(
            Weight.BREAKS,
            "A token against forgery is wanted and nowhere to be had",
            "No readable cookie, exposed header or field of an answer holds one.",
            "OWASP ASVS 5.0, V3.5"),
    CSRF_TOKEN_REJECTED(
            Weight.BREAKS,
            "The token against forgery was sent and refused",
            "It belongs to another session, is expected in another header, or the page's origin is not on the backend's list.",
            "OWASP ASVS 5.0, V3.5"),
    UNSAFE_REFUSED(
            Weight.BREAKS,
            "The signed-in user's request was refused",
            "Reading works, changing does not: the backend takes the user for somebody else or wants something more.",
            "RFC 9110, 15.5 client errors"),

    // Something around it
    ERROR_WITHOUT_CORS(
            Weight.HINDERS,
            "Errors carry no CORS headers",
            "The page can't tell 401 from a broken network: no sign-in form, no message.",
            "Fetch, 4.10 CORS check"),
    UNAUTHENTICATED_REDIRECTED(
            Weight.HINDERS,
            "Without a session the API redirects to a sign-in page",
            "A fetch follows and gets a page, or an unreadable answer, where it needs 401.",
            "RFC 9110, 15.5.2 401 Unauthorized"),
    PREFLIGHT_STARTS_SESSION(
            Weight.HINDERS,
            "The preflight starts a session",
            "Its cookie is dropped by every browser; each preflight leaves a dead session, and proxies may replace the living one.",
            "Fetch, 4.8 CORS-preflight fetch"),
    VARY_ORIGIN_MISSING(
            Weight.HINDERS,
            "Vary: Origin is missing",
            "The answer names the asking origin, so a cache may hand it to another one, which then fails.",
            "Fetch, 3.3.5 CORS protocol and HTTP caches"),
    SIGN_OUT_FAILED(
            Weight.HINDERS,
            "The sign-out was refused or failed",
            "The user believes to be signed out.",
            "RFC 9110, 15 status codes"),
    SIGN_OUT_KEEPS_COOKIE(
            Weight.HINDERS,
            "The sign-out does not remove the cookie",
            "A cookie is removed by the same name, Domain and Path; anything else makes a second one or nothing.",
            "RFC 6265bis, 5.7 storage model"),
    SIGN_OUT_WITHOUT_EFFECT(
            Weight.HINDERS,
            "After the sign-out the user is still signed in",
            "The answer was fine, and the next request is answered as before.",
            "OWASP ASVS 5.0, V7.4"),

    // Who else profits
    CORS_REFLECTS_ANY_ORIGIN(
            Weight.SECURITY,
            "Any origin is allowed, with credentials",
            "Every page on the internet may act and read as the signed-in user.",
            "Fetch, 3.3 CORS protocol"),
    CORS_ALLOWS_NULL_ORIGIN(
            Weight.SECURITY,
            "The origin null is allowed, with credentials",
            "Any page becomes null by a sandboxed frame.",
            "Fetch, 3.1 Origin header"),
    CORS_ORIGIN_BY_PREFIX(
            Weight.SECURITY,
            "Origins are compared by their beginning",
            "Somebody who owns a name that begins like yours is allowed as well.",
            "Fetch, 4.10 CORS check"),
    SESSION_NOT_ROTATED(
            Weight.SECURITY,
            "The session id stays the same across the sign-in",
            "Who plants an id before the sign-in owns the session after it (session fixation).",
            "OWASP ASVS 5.0, V7.2"),
    SESSION_SURVIVES_SIGN_OUT(
            Weight.SECURITY,
            "The old cookie still works after the sign-out",
            "The sign-out only tidied up in the browser; a stolen cookie lives on.",
            "OWASP ASVS 5.0, V7.4"),
    CSRF_UNPROTECTED(
            Weight.SECURITY,
            "A foreign page can act as the user",
            "The request with a foreign Origin and without a token was carried out, and the cookie goes along with cross-site requests.",
            "OWASP ASVS 5.0, V3.5"),
    COOKIE_NOT_HTTP_ONLY(
            Weight.SECURITY,
            "Scripts can read the session cookie",
            "HttpOnly is missing: one injected script takes the session away.",
            "RFC 6265bis, 4.1.2.6 HttpOnly"),
    COOKIE_NOT_SECURE(
            Weight.SECURITY,
            "The session cookie is not Secure, on https",
            "It goes out in clear with the first plain-http request to the host.",
            "RFC 6265bis, 4.1.2.5 Secure"),
    SIGN_IN_IN_CLEAR(
            Weight.SECURITY,
            "The password travels over plain http",
            "Everybody on the way can read it.",
            "OWASP ASVS 5.0, V12.2"),
    RESPONSE_CACHEABLE(
            Weight.SECURITY,
            "A personal answer may be kept by caches",
            "The next user of the browser or of a proxy may see it.",
            "RFC 9111, 3 storing responses in caches"),
    TOKEN_IN_URL(
            Weight.SECURITY,
            "A token stands in a URL",
            "URLs end up in logs, histories and Referer headers.",
            "RFC 6750, 2.3 URI query parameter"),
    SESSION_ID_WEAK(
            Weight.SECURITY,
            "The session id is short enough to be guessed",
            "It should carry 64 bits of chance at least.",
            "OWASP ASVS 5.0, V7.2"),

    // Worth knowing
    CACHE_CONTROL_MISSING(
            Weight.NOTE,
            "A personal answer has no Cache-Control",
            "private, no-store says plainly what caches otherwise decide by rules of thumb.",
            "RFC 9111, 4.2.2 heuristic freshness"),
    CSRF_BY_SAME_SITE_ONLY(
            Weight.NOTE,
            "Only SameSite stands between a foreign page and the user",
            "The backend carried out a request with a foreign Origin; it is the browser that would not have sent the cookie.",
            "RFC 6265bis, 8.8.1 defense in depth"),
    COOKIE_DOMAIN_WIDE(
            Weight.NOTE,
            "The session cookie goes to all subdomains",
            "Each of them can read it, and set another one of the same name.",
            "RFC 6265bis, 8.6 weak integrity"),
    OTHER_BROWSERS_DIFFER(
            Weight.NOTE,
            "Another browser decides otherwise",
            "The same answers lead to another result there.",
            "the browser's own documentation"),
    RECORDING_SANITISED(
            Weight.NOTE,
            "The recording holds no cookies",
            "Browsers leave Cookie and Set-Cookie out of an exported session unless asked to keep sensitive data.",
            "HAR 1.2");

    private final Weight weight;
    private final String title;
    private final String why;
    private final String standard;

    FindingCode(Weight weight, String title, String why, String standard) {
        this.weight = weight;
        this.title = title;
        this.why = why;
        this.standard = standard;
    }

    /** The stable name, such as {@code cors-wildcard-with-credentials}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The code of an {@link #id()}. */
    public static Optional<FindingCode> of(String id) {
        return Arrays.stream(values()).filter(code -> code.id().equals(id)).findFirst();
    }

    /** How much it weighs as a rule. */
    public Weight weight() {
        return weight;
    }

    /** What is wrong, in a few words. */
    public String title() {
        return title;
    }

    /** Why that matters, in a sentence. */
    public String why() {
        return why;
    }

    /** The standard and section. */
    public String standard() {
        return standard;
    }
}
