package dev.coatcheck.browser;

import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * How a modelled browser is set up.
 *
 * @param profile which browser's behaviour is modelled
 * @param blocksThirdPartyCookies whether the user (or the packager, as in Debian's Chromium) blocks third-party cookies
 * @param grantedSpaces the address spaces that every page has a local-network permission for
 * @param promptAnswer what happens when a permission prompt opens
 * @param addressSpaceOf where a host stands, if it isn't plain from its name; by default names of this machine are loopback, private
 *     addresses, names of one label and {@code .local}, {@code .internal}, {@code .test}, {@code .home.arpa} are local, all else is public
 * @param clock the time, for expiry, caches and the two minutes of Lax-Allowing-Unsafe
 */
public record BrowserSettings(
        Profile profile,
        boolean blocksThirdPartyCookies,
        Set<AddressSpace> grantedSpaces,
        PromptAnswer promptAnswer,
        Function<String, Optional<AddressSpace>> addressSpaceOf,
        InstantSource clock) {
    /** An upstream Chromium that allows third-party cookies and whose user refuses permission prompts. */
    public static final BrowserSettings DEFAULT = new BrowserSettings(
            Profile.CHROMIUM, false, Set.of(), PromptAnswer.DENY, host -> Optional.empty(), InstantSource.system());

    /** Copies the set. */
    public BrowserSettings {
        grantedSpaces = Set.copyOf(grantedSpaces);
    }

    /** The same settings for another browser. */
    public BrowserSettings withProfile(Profile newProfile) {
        return new BrowserSettings(
                newProfile, blocksThirdPartyCookies, grantedSpaces, promptAnswer, addressSpaceOf, clock);
    }

    /** The same settings, with third-party cookies blocked. */
    public BrowserSettings withThirdPartyCookiesBlocked() {
        return new BrowserSettings(profile, true, grantedSpaces, promptAnswer, addressSpaceOf, clock);
    }

    /** The same settings, with local-network permissions given. */
    public BrowserSettings withGrantedSpaces(Set<AddressSpace> spaces) {
        return new BrowserSettings(profile, blocksThirdPartyCookies, spaces, promptAnswer, addressSpaceOf, clock);
    }

    /** The same settings, with another answer to permission prompts. */
    public BrowserSettings withPromptAnswer(PromptAnswer answer) {
        return new BrowserSettings(profile, blocksThirdPartyCookies, grantedSpaces, answer, addressSpaceOf, clock);
    }

    /** The same settings, with hosts declared to stand somewhere. */
    public BrowserSettings withAddressSpaceOf(Function<String, Optional<AddressSpace>> spaceOf) {
        return new BrowserSettings(profile, blocksThirdPartyCookies, grantedSpaces, promptAnswer, spaceOf, clock);
    }

    /** The same settings with another clock. */
    public BrowserSettings withClock(InstantSource newClock) {
        return new BrowserSettings(
                profile, blocksThirdPartyCookies, grantedSpaces, promptAnswer, addressSpaceOf, newClock);
    }
}
