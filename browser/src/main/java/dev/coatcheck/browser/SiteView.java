package dev.coatcheck.browser;

import dev.coatcheck.site.Origin;
import dev.coatcheck.site.Site;

/** What a browser takes for one site when it decides about cookies. */
enum SiteView {
    /** Scheme and registrable domain, as the HTML standard and Chromium do: http and https of one host are two sites. */
    SCHEMEFUL,
    /** The registrable domain alone, as Firefox and WebKit do. */
    SCHEMELESS;

    static SiteView of(Profile profile) {
        return profile == Profile.CHROMIUM ? SCHEMEFUL : SCHEMELESS;
    }

    Site site(Origin origin) {
        Site site = Site.of(origin);
        return this == SCHEMEFUL ? site : new Site("https", site.domain());
    }

    Site site(Url url) {
        return site(url.origin());
    }
}
