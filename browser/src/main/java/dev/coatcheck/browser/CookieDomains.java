package dev.coatcheck.browser;

import dev.coatcheck.site.Hosts;
import dev.coatcheck.site.PublicSuffixes;
import java.util.Optional;

/** Domain and path rules of cookies (RFC 6265bis §5.1.3, §5.1.4, §5.7 steps on Domain). */
final class CookieDomains {
    /**
     * What a {@code Domain} attribute comes to.
     *
     * @param domain the domain of the cookie
     * @param hostOnly whether only that host gets it
     */
    record Scope(String domain, boolean hostOnly) {}

    private CookieDomains() {}

    /** The scope of a cookie, or the rule that refuses it. */
    static Optional<Scope> scope(String host, Optional<String> attribute) {
        String raw = attribute.orElse("");
        if (raw.isEmpty() || (Hosts.isIpAddress(host) && raw.equals(host))) {
            return Optional.of(new Scope(host, true));
        }
        String withoutDot = raw.startsWith(".") ? raw.substring(1) : raw;
        if (raw.indexOf('%') >= 0 || !CookieText.isUtf8(raw)) {
            return Optional.empty();
        }
        return Hosts.canonicalise(CookieText.decoded(withoutDot)).flatMap(domain -> scope(host, domain));
    }

    private static Optional<Scope> scope(String host, String domain) {
        Optional<String> registrable = PublicSuffixes.registrableDomain(host);
        if (registrable.isEmpty()) {
            return domain.equals(host) ? Optional.of(new Scope(host, true)) : Optional.empty();
        }
        boolean within = registrable.equals(PublicSuffixes.registrableDomain(domain)) && covers(domain, host);
        return within ? Optional.of(new Scope(domain, false)) : Optional.empty();
    }

    /** Whether a host is a domain or below it. */
    static boolean covers(String domain, String host) {
        return host.equals(domain) || host.endsWith("." + domain);
    }

    /** Whether a cookie's domain matches a host. */
    static boolean matches(StoredCookie cookie, String host) {
        return cookie.hostOnly() ? cookie.domain().equals(host) : covers(cookie.domain(), host);
    }

    /** The group that limits count in: the registrable domain, or the host. */
    static String group(String host) {
        return PublicSuffixes.registrableDomain(host).orElse(host);
    }

    /** The path of a cookie without a usable {@code Path}. */
    static String defaultPath(String urlPath) {
        int slash = urlPath.lastIndexOf('/');
        return slash <= 0 ? "/" : urlPath.substring(0, slash);
    }

    /** Whether a request path lies on or below a cookie's path. */
    static boolean pathMatches(String cookiePath, String urlPath) {
        return urlPath.startsWith(cookiePath)
                && (urlPath.length() == cookiePath.length()
                        || cookiePath.endsWith("/")
                        || urlPath.charAt(cookiePath.length()) == '/');
    }
}
