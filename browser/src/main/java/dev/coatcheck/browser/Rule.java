package dev.coatcheck.browser;

/**
 * The rules by which the model decides, each with the standard and the section it stands in. "Fetch", "HTML", "Mixed Content" and the like
 * are the living standards of WHATWG and W3C as of November 2026. Where Chromium differs from a standard, the rule says so and the model
 * follows Chromium.
 */
public enum Rule {
    // May a request leave
    /** Nothing forbids the request. */
    REQUEST_ALLOWED("Fetch, 4.1 main fetch", "nothing forbids the request"),
    /** A secure page may not fetch from plain http. */
    MIXED_CONTENT_BLOCKED("Mixed Content, 4.4 blocking", "a secure page may not fetch from plain http"),
    /** An image on a secure page is fetched by https instead of http. */
    MIXED_CONTENT_UPGRADED(
            "Mixed Content, 4.1 upgrading", "an image on a secure page is fetched by https instead of http"),
    /** Http to this machine is trusted and not mixed content. */
    MIXED_CONTENT_LOOPBACK(
            "Mixed Content, 4.4 blocking; Secure Contexts, 3.1",
            "http to this machine is trusted and not mixed content"),
    /** Http to a private address, a .local name or a declared local address is left to the local-network permission. */
    MIXED_CONTENT_LOCAL(
            "Local Network Access, 3.4 mixed content",
            "http to a private address, a .local name or a declared local address is left to the local-network permission"),
    /** A form on a secure page that is sent by plain http is stopped with a warning page. */
    MIXED_FORM_BLOCKED(
            "Mixed Content, 5.2 form submission; Chromium",
            "a form on a secure page that is sent by plain http is stopped with a warning page"),
    /** The host demanded https before, so http becomes https by an internal redirect. */
    HSTS_UPGRADE(
            "RFC 6797, 8.3 URI loading",
            "the host demanded https before, so http becomes https by an internal redirect"),
    /** The server is no nearer to the user than the page. */
    LOCAL_NETWORK_FREE(
            "Local Network Access, 3.2 integration with Fetch", "the server is no nearer to the user than the page"),
    /** The page has the permission to reach the user's network or machine. */
    LOCAL_NETWORK_GRANTED(
            "Local Network Access, 3.2 integration with Fetch",
            "the page has the permission to reach the user's network or machine"),
    /** A page from further out needs a permission to reach the user's network or machine, and it was refused. */
    LOCAL_NETWORK_DENIED(
            "Local Network Access, 3.2 integration with Fetch",
            "a page from further out needs a permission to reach the user's network or machine, and it was refused"),
    /** The permission prompt is open and nobody answers it. */
    LOCAL_NETWORK_PENDING(
            "Local Network Access, 3.2 integration with Fetch", "the permission prompt is open and nobody answers it"),
    /** A plain-http page from further out may never reach the user's network or machine. */
    LOCAL_NETWORK_INSECURE(
            "Local Network Access, 3.2 integration with Fetch",
            "a plain-http page from further out may never reach the user's network or machine"),
    /** The server is not in the address space that the page named. */
    LOCAL_NETWORK_SPACE_MISMATCH(
            "Local Network Access, 3.2 integration with Fetch",
            "the server is not in the address space that the page named"),
    /** Mode same-origin does not leave the page's origin. */
    SAME_ORIGIN_MODE("Fetch, 4.1 main fetch", "mode same-origin does not leave the page's origin"),
    /** Mode no-cors allows GET, HEAD and POST only. */
    NO_CORS_METHOD("Fetch, 5.4 Request class", "mode no-cors allows GET, HEAD and POST only"),
    /** Mode no-cors drops every header that is not safelisted. */
    NO_CORS_HEADER(
            "Fetch, 2.2.2 no-CORS-safelisted request-header", "mode no-cors drops every header that is not safelisted"),
    /** Scripts may not use CONNECT, TRACE and TRACK. */
    FORBIDDEN_METHOD("Fetch, 2.2.1 forbidden method", "scripts may not use CONNECT, TRACE and TRACK"),
    /** Scripts may not set this header, it is dropped. */
    FORBIDDEN_HEADER("Fetch, 2.2.2 forbidden request-header", "scripts may not set this header, it is dropped"),
    /** The request could not be built: invalid URL, header or combination. */
    INVALID_REQUEST("Fetch, 5.4 Request class", "the request could not be built: invalid URL, header or combination"),
    /** A URL with a user name or password is not fetched for a page. */
    URL_CREDENTIALS(
            "Chromium; Fetch, 5.4 Request class", "a URL with a user name or password is not fetched for a page"),
    /** A sandboxed frame submits forms only with allow-forms. */
    SANDBOX_FORMS("HTML, 7.1.4 sandboxing", "a sandboxed frame submits forms only with allow-forms"),
    /** A sandboxed frame opens windows only with allow-popups. */
    SANDBOX_POPUPS("HTML, 7.1.4 sandboxing", "a sandboxed frame opens windows only with allow-popups"),
    /** A sandboxed frame moves the top page only with allow-top-navigation. */
    SANDBOX_TOP_NAVIGATION(
            "HTML, 7.1.4 sandboxing", "a sandboxed frame moves the top page only with allow-top-navigation"),
    /** Only-if-cached and nothing in the cache. */
    ONLY_IF_CACHED("Fetch, 4.5 HTTP-network-or-cache fetch", "only-if-cached and nothing in the cache"),
    /** The answer comes from the browser's HTTP cache, the server is not asked. */
    FROM_CACHE(
            "RFC 9111, 4 constructing responses from caches",
            "the answer comes from the browser's HTTP cache, the server is not asked"),
    /** No answer came from the server, or none that is HTTP. */
    NETWORK_FAILURE("Fetch, 4.7 HTTP-network fetch", "no answer came from the server, or none that is HTTP"),
    // Is a preflight needed, and is it passed
    /** Same-origin requests are not preflighted. */
    SAME_ORIGIN_NEEDS_NO_PREFLIGHT("Fetch, 4.1 main fetch", "same-origin requests are not preflighted"),
    /** Requests without CORS are not preflighted. */
    NO_CORS_NEEDS_NO_PREFLIGHT("Fetch, 4.1 main fetch", "requests without CORS are not preflighted"),
    /** A safelisted method and safelisted headers need no preflight. */
    SIMPLE_REQUEST(
            "Fetch, 2.2.1 CORS-safelisted method, 2.2.2 CORS-safelisted request-header",
            "a safelisted method and safelisted headers need no preflight"),
    /** Methods other than GET, HEAD and POST need a preflight. */
    METHOD_NOT_SAFELISTED(
            "Fetch, 2.2.1 CORS-safelisted method", "methods other than GET, HEAD and POST need a preflight"),
    /** This header, or this value of it, needs a preflight. */
    HEADER_NOT_SAFELISTED(
            "Fetch, 2.2.2 CORS-safelisted request-header", "this header, or this value of it, needs a preflight"),
    /** An earlier preflight still covers method and headers. */
    PREFLIGHT_CACHED("Fetch, 4.9 CORS-preflight cache", "an earlier preflight still covers method and headers"),
    /** The preflight's answer allows the request. */
    PREFLIGHT_PASSED("Fetch, 4.8 CORS-preflight fetch", "the preflight's answer allows the request"),
    /** The preflight must be answered with a status from 200 to 299. */
    PREFLIGHT_STATUS("Fetch, 4.8 CORS-preflight fetch", "the preflight must be answered with a status from 200 to 299"),
    /** A preflight is never redirected. */
    PREFLIGHT_REDIRECT("Fetch, 4.8 CORS-preflight fetch", "a preflight is never redirected"),
    /** Access-Control-Allow-Methods can't be parsed. */
    PREFLIGHT_METHODS_MALFORMED("Fetch, 4.8 CORS-preflight fetch", "Access-Control-Allow-Methods can't be parsed"),
    /** Access-Control-Allow-Headers can't be parsed. */
    PREFLIGHT_HEADERS_MALFORMED("Fetch, 4.8 CORS-preflight fetch", "Access-Control-Allow-Headers can't be parsed"),
    /** Access-Control-Allow-Methods does not list the method; names are case-sensitive and * counts without credentials only. */
    PREFLIGHT_METHOD_REFUSED(
            "Fetch, 4.8 CORS-preflight fetch",
            "Access-Control-Allow-Methods does not list the method; names are case-sensitive and * counts without credentials only"),
    /** Access-Control-Allow-Headers does not list the header; * counts without credentials only. */
    PREFLIGHT_HEADER_REFUSED(
            "Fetch, 4.8 CORS-preflight fetch",
            "Access-Control-Allow-Headers does not list the header; * counts without credentials only"),
    // May the page read the answer
    /** The answer allows this origin. */
    CORS_PASSED("Fetch, 4.10 CORS check", "the answer allows this origin"),
    /** Same-origin answers are readable. */
    SAME_ORIGIN_READABLE("Fetch, 4.1 main fetch", "same-origin answers are readable"),
    /** A cross-origin answer without CORS is opaque. */
    OPAQUE_RESPONSE("Fetch, 4.1 main fetch", "a cross-origin answer without CORS is opaque"),
    /** Access-Control-Allow-Origin is missing. */
    ALLOW_ORIGIN_MISSING("Fetch, 4.10 CORS check", "Access-Control-Allow-Origin is missing"),
    /** Access-Control-Allow-Origin holds more than one value, only one is allowed. */
    ALLOW_ORIGIN_MULTIPLE(
            "Fetch, 4.10 CORS check", "Access-Control-Allow-Origin holds more than one value, only one is allowed"),
    /** Access-Control-Allow-Origin is *, which never counts with credentials. */
    ALLOW_ORIGIN_WILDCARD(
            "Fetch, 4.10 CORS check", "Access-Control-Allow-Origin is *, which never counts with credentials"),
    /** Access-Control-Allow-Origin is no origin. */
    ALLOW_ORIGIN_INVALID("Fetch, 4.10 CORS check", "Access-Control-Allow-Origin is no origin"),
    /** Access-Control-Allow-Origin names another origin; the bytes must be equal. */
    ALLOW_ORIGIN_MISMATCH(
            "Fetch, 4.10 CORS check", "Access-Control-Allow-Origin names another origin; the bytes must be equal"),
    /** Access-Control-Allow-Credentials is missing on a request with credentials. */
    ALLOW_CREDENTIALS_MISSING(
            "Fetch, 4.10 CORS check", "Access-Control-Allow-Credentials is missing on a request with credentials"),
    /** Access-Control-Allow-Credentials must be exactly true. */
    ALLOW_CREDENTIALS_INVALID("Fetch, 4.10 CORS check", "Access-Control-Allow-Credentials must be exactly true"),
    /** The header is always readable. */
    HEADER_SAFELISTED("Fetch, 2.2.2 CORS-safelisted response-header name", "the header is always readable"),
    /** Access-Control-Expose-Headers lists the header. */
    HEADER_EXPOSED(
            "Fetch, 2.2.2 CORS-safelisted response-header name", "Access-Control-Expose-Headers lists the header"),
    /** Access-Control-Expose-Headers does not list the header; * counts without credentials only. */
    HEADER_NOT_EXPOSED(
            "Fetch, 2.2.2 CORS-safelisted response-header name",
            "Access-Control-Expose-Headers does not list the header; * counts without credentials only"),
    /** Set-Cookie is never readable. */
    HEADER_FORBIDDEN("Fetch, 2.2.2 forbidden response-header name", "Set-Cookie is never readable"),
    // Redirects
    /** The redirect is followed. */
    REDIRECT_FOLLOWED("Fetch, 4.4 HTTP-redirect fetch", "the redirect is followed"),
    /** 301 and 302 turn POST, and 303 everything but HEAD, into GET without a body. */
    REDIRECT_CHANGES_METHOD(
            "Fetch, 4.4 HTTP-redirect fetch",
            "301 and 302 turn POST, and 303 everything but HEAD, into GET without a body"),
    /** Redirect mode error fails on every redirect. */
    REDIRECT_MODE_ERROR("Fetch, 4.3 HTTP fetch", "redirect mode error fails on every redirect"),
    /** Redirect mode manual hides the redirect from the page. */
    REDIRECT_MODE_MANUAL("Fetch, 4.3 HTTP fetch", "redirect mode manual hides the redirect from the page"),
    /** More than 20 redirects. */
    REDIRECT_LIMIT("Fetch, 4.4 HTTP-redirect fetch", "more than 20 redirects"),
    /** Location is no http or https URL. */
    REDIRECT_BAD_LOCATION("Fetch, 4.4 HTTP-redirect fetch", "Location is no http or https URL"),
    /** Location has a scheme that CORS does not know. */
    REDIRECT_SCHEME("Fetch, 4.4 HTTP-redirect fetch", "Location has a scheme that CORS does not know"),
    /** A cross-origin redirect may not hold a user name or password. */
    REDIRECT_CREDENTIALS(
            "Fetch, 4.4 HTTP-redirect fetch", "a cross-origin redirect may not hold a user name or password"),
    /** A redirect from one foreign origin to another makes Origin null. */
    REDIRECT_TAINTS_ORIGIN(
            "Fetch, 4.4 HTTP-redirect fetch", "a redirect from one foreign origin to another makes Origin null"),
    // Is a cookie stored
    /** The cookie is stored. */
    COOKIE_STORED("RFC 6265bis, 5.7 storage model", "the cookie is stored"),
    /** The cookie has expired, which removes it. */
    COOKIE_DELETED("RFC 6265bis, 5.7 storage model", "the cookie has expired, which removes it"),
    /** The request's credentials mode neither sends nor stores cookies. */
    COOKIE_CREDENTIALS_OMITTED(
            "Fetch, 4.6 HTTP-network-or-cache fetch",
            "the request's credentials mode neither sends nor stores cookies"),
    /** A preflight carries no cookies and its Set-Cookie is ignored. */
    COOKIE_ON_PREFLIGHT(
            "Fetch, 4.8 CORS-preflight fetch", "a preflight carries no cookies and its Set-Cookie is ignored"),
    /** Neither name nor value. */
    COOKIE_EMPTY("RFC 6265bis, 5.6 Set-Cookie header", "neither name nor value"),
    /** A control character in the line; Chromium counts TAB as one. */
    COOKIE_CONTROL_CHARACTER(
            "RFC 6265bis, 5.6 Set-Cookie header", "a control character in the line; Chromium counts TAB as one"),
    /** Name and value are longer than 4096 bytes together. */
    COOKIE_TOO_BIG("RFC 6265bis, 5.6 Set-Cookie header", "name and value are longer than 4096 bytes together"),
    /** Domain is not the host or a parent of it. */
    COOKIE_DOMAIN_MISMATCH("RFC 6265bis, 5.1.3 domain matching", "Domain is not the host or a parent of it"),
    /** Domain is a public suffix, under which nobody may set cookies. */
    COOKIE_PUBLIC_SUFFIX(
            "RFC 6265bis, 5.7 storage model", "Domain is a public suffix, under which nobody may set cookies"),
    /** A Secure cookie is set and sent over https only, or on this machine. */
    COOKIE_SECURE_ONLY(
            "RFC 6265bis, 5.7 storage model, 5.8.3 retrieval",
            "a Secure cookie is set and sent over https only, or on this machine"),
    /** The name's prefix promises attributes that are missing. */
    COOKIE_PREFIX("RFC 6265bis, 4.1.3 cookie name prefixes", "the name's prefix promises attributes that are missing"),
    /** A cookie without a name may not have a value that looks like a prefixed name. */
    COOKIE_NAMELESS_PREFIX(
            "RFC 6265bis, 5.7 storage model",
            "a cookie without a name may not have a value that looks like a prefixed name"),
    /** A cookie without a name may not have a value with = in it, which would be sent like another cookie. */
    COOKIE_NAMELESS_EQUALS(
            "Chromium",
            "a cookie without a name may not have a value with = in it, which would be sent like another cookie"),
    /** SameSite=None needs Secure. */
    COOKIE_NONE_WITHOUT_SECURE("RFC 6265bis, 5.7 storage model", "SameSite=None needs Secure"),
    /** SameSite=Strict: the request is cross-site. */
    COOKIE_SAME_SITE_STRICT(
            "RFC 6265bis, 5.7 storage model, 5.8.3 retrieval", "SameSite=Strict: the request is cross-site"),
    /** SameSite=Lax: the request is cross-site and no top-level navigation by a safe method. */
    COOKIE_SAME_SITE_LAX(
            "RFC 6265bis, 5.7 storage model, 5.8.3 retrieval",
            "SameSite=Lax: the request is cross-site and no top-level navigation by a safe method"),
    /** No SameSite, which counts as Lax: the request is cross-site. */
    COOKIE_SAME_SITE_DEFAULT(
            "RFC 6265bis, 5.6.7.1 Lax-Allowing-Unsafe, 5.8.3 retrieval",
            "no SameSite, which counts as Lax: the request is cross-site"),
    /** Partitioned needs Secure. */
    COOKIE_PARTITIONED_WITHOUT_SECURE("CHIPS, 2.1 Partitioned attribute", "Partitioned needs Secure"),
    /** A page without https may not overwrite a Secure cookie. */
    COOKIE_LEAVES_SECURE_ALONE(
            "RFC 6265bis, 5.7 storage model", "a page without https may not overwrite a Secure cookie"),
    /** A script may not overwrite an HttpOnly cookie. */
    COOKIE_LEAVES_HTTP_ONLY_ALONE("RFC 6265bis, 5.7 storage model", "a script may not overwrite an HttpOnly cookie"),
    /** A script may not set an HttpOnly cookie. */
    COOKIE_HTTP_ONLY("RFC 6265bis, 5.7 storage model", "a script may not set an HttpOnly cookie"),
    /** The browser blocks third-party cookies. */
    COOKIE_THIRD_PARTY("browser setting: third-party cookies", "the browser blocks third-party cookies"),
    /** The browser blocks or partitions cookies of other sites. */
    COOKIE_TRACKING_PREVENTION(
            "browser: tracking prevention", "the browser blocks or partitions cookies of other sites"),
    /** An answer with Clear-Site-Data for cookies sets none. */
    COOKIE_CLEARED_AT_ONCE(
            "Clear Site Data, 3.1 the header; Chromium", "an answer with Clear-Site-Data for cookies sets none"),
    /** The jar is full and the cookie had to go. */
    COOKIE_EVICTED("RFC 6265bis, 5.7 storage model", "the jar is full and the cookie had to go"),
    // Is a cookie sent
    /** The cookie goes with the request. */
    COOKIE_SENT("RFC 6265bis, 5.8.3 retrieval", "the cookie goes with the request"),
    /** No SameSite and younger than two minutes: sent with a cross-site top-level POST. */
    COOKIE_LAX_ALLOWING_UNSAFE(
            "RFC 6265bis, 5.6.7.1 Lax-Allowing-Unsafe",
            "no SameSite and younger than two minutes: sent with a cross-site top-level POST"),
    /** The cookie belongs to another host. */
    COOKIE_HOST_MISMATCH("RFC 6265bis, 5.8.3 retrieval", "the cookie belongs to another host"),
    /** The URL is not below the cookie's path. */
    COOKIE_PATH_MISMATCH("RFC 6265bis, 5.1.4 path matching", "the URL is not below the cookie's path"),
    /** The cookie was set under another top-level site. */
    COOKIE_OTHER_PARTITION("CHIPS, 2.2 partition key", "the cookie was set under another top-level site"),
    // The browser's own headers
    /** Requests by CORS, and those that are neither GET nor HEAD, name their origin. */
    ORIGIN_ATTACHED(
            "Fetch, 3.1 Origin header", "requests by CORS, and those that are neither GET nor HEAD, name their origin"),
    /** The origin is opaque or hidden: Origin is null. */
    ORIGIN_NULL("Fetch, 3.1 Origin header", "the origin is opaque or hidden: Origin is null"),
    /** GET and HEAD without CORS, and same-origin, carry no Origin. */
    ORIGIN_NOT_ATTACHED("Fetch, 3.1 Origin header", "GET and HEAD without CORS, and same-origin, carry no Origin"),
    /** The referrer policy allows this much of the page's address. */
    REFERER_ATTACHED(
            "Referrer Policy, 8.3 determine request's referrer",
            "the referrer policy allows this much of the page's address"),
    /** The referrer policy, or the kind of page, allows no Referer. */
    REFERER_WITHHELD(
            "Referrer Policy, 8.3 determine request's referrer",
            "the referrer policy, or the kind of page, allows no Referer"),
    /** The URL is trustworthy, so Sec-Fetch headers go with the request. */
    FETCH_METADATA_ATTACHED(
            "Fetch Metadata, 4 integration with Fetch",
            "the URL is trustworthy, so Sec-Fetch headers go with the request"),
    /** Sec-Fetch headers go to https and this machine only. */
    FETCH_METADATA_WITHHELD(
            "Fetch Metadata, 4 integration with Fetch", "Sec-Fetch headers go to https and this machine only");

    private final String standard;
    private final String says;

    Rule(String standard, String says) {
        this.standard = standard;
        this.says = says;
    }

    /** The standard and the section, such as {@code "Fetch, 4.10 CORS check"}. */
    public String standard() {
        return standard;
    }

    /** The rule in one sentence without a full stop. */
    public String says() {
        return says;
    }
}
