package dev.coatcheck.transport;

import dev.coatcheck.settings.MisconfigurationException;
import dev.coatcheck.site.Hosts;
import dev.coatcheck.site.Origin;
import dev.coatcheck.site.PublicSuffixes;
import dev.coatcheck.site.SameSite;
import dev.coatcheck.site.SetCookie;
import dev.coatcheck.site.Site;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;

/**
 * The session cookie's attributes, chosen from where the API and its apps stand, and proven to hold in a browser (RFC
 * 6265bis).
 *
 * @param name {@code __Host-coatcheck} over https without a domain, {@code __Secure-coatcheck} over https with one,
 *     {@code coatcheck} over http
 * @param domain the Domain attribute; empty for the API's host alone
 * @param path the Path attribute
 * @param sameSite the SameSite attribute
 * @param secure the Secure attribute
 * @param persistent whether it outlives the browser, up to the session's absolute end
 */
public record CookiePolicy(
        String name, Optional<String> domain, String path, SameSite sameSite, boolean secure, boolean persistent) {

    /**
     * What a person may set instead of what the topology calls for. Everything is empty or off by default.
     *
     * @param riskOfDomainAccepted a Domain cookie is readable and writable by every host below the domain
     * @param thirdPartyAccepted an app on another site works only in browsers that allow third-party cookies
     */
    public record Wishes(
            Optional<String> name,
            Optional<String> domain,
            Optional<String> path,
            Optional<SameSite> sameSite,
            boolean persistent,
            boolean riskOfDomainAccepted,
            boolean thirdPartyAccepted) {
        public static final Wishes NONE =
                new Wishes(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false, false, false);
    }

    /**
     * The cookie for an API at {@code publicOrigin} used by pages of these origins.
     *
     * @throws MisconfigurationException when no browser would keep or send it, or it would be unsafe
     */
    public static CookiePolicy forTopology(Origin publicOrigin, Collection<Origin> apps, Wishes wishes) {
        boolean secure = publicOrigin.isSecure();
        Optional<String> domain = wishes.domain().map(CookiePolicy::canonicalDomain);
        domain.ifPresent(wanted -> checkDomain(wanted, publicOrigin, wishes.riskOfDomainAccepted()));
        String path = wishes.path().orElse("/");
        Optional<Origin> foreign =
                apps.stream().filter(app -> !app.sameSiteAs(publicOrigin)).findFirst();
        foreign.ifPresent(app -> checkCrossSite(app, publicOrigin, wishes));
        SameSite sameSite = wishes.sameSite().orElse(foreign.isPresent() ? SameSite.NONE : SameSite.LAX);
        checkSameSite(sameSite, secure, foreign, publicOrigin);
        String name = wishes.name().orElseGet(() -> defaultName(secure, domain.isEmpty() && path.equals("/")));
        CookiePolicy policy = new CookiePolicy(name, domain, path, sameSite, secure, wishes.persistent());
        policy.checkName(publicOrigin);
        return policy;
    }

    /** The cookie that carries this value; {@code maxAge} counts only for a persistent one. */
    public SetCookie cookie(String value, Duration maxAge) {
        SetCookie cookie = bare(name, value).httpOnly();
        return persistent ? cookie.maxAge(maxAge) : cookie;
    }

    /** The line that takes the cookie back. */
    public SetCookie cleared() {
        return bare(name, "").httpOnly().cleared();
    }

    /** A cookie of another name with the same reach, readable by scripts: for a CSRF token. */
    public SetCookie readableSibling(String siblingName, String value) {
        return bare(siblingName, value);
    }

    /** An HttpOnly cookie for this host and path alone, for a nonce. */
    public SetCookie hostOnlySibling(String suffix, String value) {
        String siblingName = (secure && path.equals("/") ? "__Host-" : "") + unprefixed() + suffix;
        SetCookie cookie = SetCookie.named(siblingName, value)
                .path(path)
                .sameSite(sameSite)
                .httpOnly();
        return secure ? cookie.secure() : cookie;
    }

    /** The name without {@code __Host-} or {@code __Secure-}. */
    public String unprefixed() {
        return name.replaceFirst("^__(Host|Secure|Http|Host-Http)-", "");
    }

    /** Whether browsers promise that no other host set it. */
    public boolean hostBound() {
        return name.startsWith("__Host-");
    }

    private SetCookie bare(String cookieName, String value) {
        SetCookie cookie = SetCookie.named(cookieName, value).path(path).sameSite(sameSite);
        if (domain.isPresent()) {
            cookie = cookie.domain(domain.get());
        }
        return secure ? cookie.secure() : cookie;
    }

    private static String defaultName(boolean secure, boolean host) {
        if (!secure) {
            return "coatcheck";
        }
        return host ? "__Host-coatcheck" : "__Secure-coatcheck";
    }

    private void checkName(Origin publicOrigin) {
        if ((name.startsWith("__Host-") || name.startsWith("__Secure-")) && !secure) {
            throw MisconfigurationException.because(
                    "A cookie named " + name + " must be Secure, and " + publicOrigin + " is plain http.",
                    "Serve the API over https, or leave the cookie's name to Coatcheck.");
        }
        if (hostBound() && domain.isPresent()) {
            throw MisconfigurationException.because(
                    "A cookie named " + name + " can't have a Domain: browsers drop it.",
                    "Remove the cookie's domain, or name the cookie __Secure-coatcheck.");
        }
        var problems = cookie("x", Duration.ofDays(1)).problems();
        if (!problems.isEmpty()) {
            throw MisconfigurationException.because(
                    "Browsers would drop the session cookie: " + String.join("; ", problems) + ".",
                    "Correct the cookie's name, domain or path.");
        }
    }

    private static String canonicalDomain(String domain) {
        String bare = domain.startsWith(".") ? domain.substring(1) : domain;
        return Hosts.canonicalise(bare)
                .orElseThrow(() -> MisconfigurationException.because(
                        "The cookie's domain is not a host name.",
                        "Write a name such as example.com, without scheme and port."));
    }

    private static void checkDomain(String domain, Origin publicOrigin, boolean riskAccepted) {
        String host = publicOrigin.host();
        boolean covers = host.equals(domain) || (host.endsWith("." + domain) && !Hosts.isIpAddress(host));
        if (!covers) {
            throw MisconfigurationException.because(
                    "The cookie's domain " + domain + " does not cover the API's host " + host + ": browsers drop it.",
                    "Write a domain that the host ends with, or remove the cookie's domain.");
        }
        if (PublicSuffixes.isPublicSuffix(domain) && !host.equals(domain)) {
            throw MisconfigurationException.because(
                    "The cookie's domain " + domain + " is a public suffix: browsers drop it.",
                    "Write a registrable domain such as app." + domain + ", or remove the cookie's domain.");
        }
        if (!riskAccepted) {
            throw MisconfigurationException.because(
                    "A cookie with domain " + domain + " is sent to, and can be overwritten by, every host below it.",
                    "Remove the cookie's domain, or accept the risk with cookie.domain-risk: accepted.");
        }
    }

    private static void checkCrossSite(Origin app, Origin api, Wishes wishes) {
        if (wishes.thirdPartyAccepted() && api.isSecure()) {
            return;
        }
        String wayOut =
                "Serve both below one registrable domain (app.example.com and api.example.com) or on one origin, or"
                        + " use the bearer transport"
                        + (api.isSecure()
                                ? ", or accept cookie.third-party: accepted (Safari and many Chromes will drop it)."
                                : ".");
        throw MisconfigurationException.because(
                "The app " + app + " and the API " + api + " are different sites (" + describe(Site.of(app)) + " and "
                        + describe(Site.of(api)) + "), so the session cookie would be a third-party cookie"
                        + (api.isSecure() ? "." : ", which no browser keeps over plain http."),
                wayOut);
    }

    private static String describe(Site site) {
        return site.toString();
    }

    private static void checkSameSite(SameSite sameSite, boolean secure, Optional<Origin> foreign, Origin api) {
        if (sameSite == SameSite.NONE && !secure) {
            throw MisconfigurationException.because(
                    "SameSite=None needs Secure, and " + api + " is plain http: browsers drop the cookie.",
                    "Serve the API over https, or leave SameSite to Coatcheck.");
        }
        if (sameSite != SameSite.NONE && foreign.isPresent()) {
            throw MisconfigurationException.because(
                    "With SameSite=" + sameSite + " no browser sends the cookie from " + foreign.get()
                            + ", which is another site.",
                    "Leave SameSite to Coatcheck, or serve the app on the API's site.");
        }
    }
}
