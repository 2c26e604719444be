package dev.coatcheck.browser;

import dev.coatcheck.site.SameSite;
import java.time.Duration;
import java.util.Optional;

/** Where browsers differ about cookies, in one place. What stands here about Firefox and Safari is listed in {@link Profile#differences()}. */
final class CookiePolicy {
    private final BrowserSettings settings;

    CookiePolicy(BrowserSettings settings) {
        this.settings = settings;
    }

    private Profile profile() {
        return settings.profile();
    }

    /** Whether Secure cookies may be set and sent there. */
    boolean trusts(CookieAccess access) {
        return profile() == Profile.SAFARI ? access.url().isSecure() : access.isTrusted();
    }

    /** Whether cookies of other sites are refused. */
    boolean blocksThirdParty() {
        return settings.blocksThirdPartyCookies() || profile() == Profile.SAFARI;
    }

    /** The rule to name for that. */
    Rule thirdPartyRule() {
        return settings.blocksThirdPartyCookies() ? Rule.COOKIE_THIRD_PARTY : Rule.COOKIE_TRACKING_PREVENTION;
    }

    /** Whether {@code SameSite=None} is refused without {@code Secure}. */
    boolean noneNeedsSecure() {
        return profile() != Profile.SAFARI;
    }

    /** Whether {@code __Host-} wants {@code Path=/} written; Firefox takes a default path of {@code /} as well. */
    boolean hostPrefixWantsPathWritten() {
        return profile() != Profile.FIREFOX;
    }

    /** The longest life of a cookie. */
    Duration longestLife(CookieAccess access) {
        return profile() == Profile.SAFARI && access.script() ? Duration.ofDays(7) : Duration.ofDays(400);
    }

    /** What a cookie's SameSite comes to. */
    SameSite effective(Optional<SameSite> sameSite) {
        return sameSite.orElse(profile() == Profile.CHROMIUM ? SameSite.LAX : SameSite.NONE);
    }

    /** Whether a cookie of that kind may be set by a cross-site answer. */
    boolean crossSiteAllowed(Optional<SameSite> sameSite) {
        return effective(sameSite) == SameSite.NONE;
    }

    /** Whether a cross-site context sees only cookies of its own partition (Firefox' Total Cookie Protection). */
    boolean seesOwnPartitionOnly(CookieAccess access) {
        return profile() == Profile.FIREFOX && access.thirdParty();
    }

    /** Whether a cookie that is overwritten keeps its place in the header, as RFC 6265 wants it. */
    boolean keepsPlace() {
        return profile() != Profile.CHROMIUM;
    }

    /** The partition that the browser puts a cookie into unasked (Firefox' Total Cookie Protection). */
    Optional<PartitionKey> ownPartition(CookieAccess access) {
        return profile() == Profile.FIREFOX && access.thirdParty() ? access.partition() : Optional.empty();
    }
}
