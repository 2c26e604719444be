package dev.coatcheck.doctor;

import dev.coatcheck.site.Hosts;
import dev.coatcheck.site.Origin;
import dev.coatcheck.site.PublicSuffixes;

/**
 * How two origins stand to each other.
 *
 * @param app the page's origin
 * @param api the API's origin
 */
record Places(Origin app, Origin api) {
    boolean sameOrigin() {
        return app.equals(api);
    }

    boolean sameSite() {
        return app.sameSiteAs(api);
    }

    /** Two names of this machine, which are two sites. */
    boolean mixLoopbackNames() {
        return Hosts.isLoopback(app.host())
                && Hosts.isLoopback(api.host())
                && !app.host().equals(api.host());
    }

    boolean differInSchemeOnly() {
        return !app.scheme().equals(api.scheme()) && registrable(app).equals(registrable(api));
    }

    /** Whether the app runs on a developer's machine or network. */
    boolean isDevelopment() {
        return isPrivate(app.host());
    }

    static boolean isPrivate(String host) {
        return Hosts.isLoopback(host)
                || host.endsWith(".local")
                || host.endsWith(".test")
                || host.indexOf('.') < 0
                || host.startsWith("10.")
                || host.startsWith("192.168.")
                || host.matches("172\\.(1[6-9]|2[0-9]|3[01])\\..*");
    }

    static String registrable(Origin origin) {
        return PublicSuffixes.registrableDomain(origin.host()).orElse(origin.host());
    }

    /** One line for people. */
    String describe() {
        if (sameOrigin()) {
            return "same origin: no CORS, cookies go along";
        }
        if (sameSite()) {
            return "same site, another origin: CORS is needed, SameSite=Lax cookies go along";
        }
        if (mixLoopbackNames()) {
            return "two names of this machine are two sites: SameSite=Lax cookies don't go along";
        }
        if (differInSchemeOnly()) {
            return "one host by http and by https is two sites: SameSite=Lax cookies don't go along";
        }
        return "two sites: CORS is needed, and cookies need SameSite=None; Secure";
    }
}
