package dev.coatcheck.browser;

import java.time.Instant;

/**
 * What a browser keeps between requests.
 *
 * @param settings how it is set up
 * @param network the door to the outside
 * @param jar the cookies
 * @param preflights the preflights that were passed
 * @param cache the HTTP cache
 * @param hsts the hosts that demanded https
 * @param localNetwork the permissions
 */
record Services(
        BrowserSettings settings,
        Network network,
        CookieJar jar,
        PreflightCache preflights,
        HttpCache cache,
        Hsts hsts,
        LocalNetwork localNetwork) {
    static Services of(BrowserSettings settings, Network network) {
        return new Services(
                settings,
                network,
                new CookieJar(new CookiePolicy(settings)),
                new PreflightCache(),
                new HttpCache(),
                new Hsts(),
                new LocalNetwork(settings));
    }

    Instant now() {
        return settings.clock().instant();
    }
}
