package dev.coatcheck.browser;

import java.util.Optional;

/**
 * From where cookies are asked for.
 *
 * @param url the URL that they are sent to or set by
 * @param sameSite how same-site the request is
 * @param thirdParty whether the URL is cross-site to the page or one of the frames around
 * @param script whether a script asks, not a request
 * @param partition the partition that the context sees
 */
record CookieAccess(
        Url url, SameSiteContext sameSite, boolean thirdParty, boolean script, Optional<PartitionKey> partition) {
    /** Whether Secure cookies may be touched: https, or this machine. */
    boolean isTrusted() {
        return url.isSecure() || url.isPotentiallyTrustworthy();
    }
}
