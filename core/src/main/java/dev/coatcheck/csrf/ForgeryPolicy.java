package dev.coatcheck.csrf;

import dev.coatcheck.site.Origin;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How cookie-borne unsafe requests are told from forged ones.
 *
 * @param mode whether the second layer, a token, is asked for
 * @param headers request headers that may carry the token, any of them
 * @param answerHeader response header that hands a token out
 * @param readableCookie name of a cookie, readable by scripts, that hands a token out as well; empty for none
 */
public record ForgeryPolicy(Mode mode, List<String> headers, String answerHeader, Optional<String> readableCookie) {
    public static final ForgeryPolicy DEFAULT = new ForgeryPolicy(
            Mode.TOKEN, List.of("X-CSRF-Token", "X-XSRF-TOKEN"), "X-CSRF-Token", Optional.of("XSRF-TOKEN"));

    public ForgeryPolicy {
        headers = List.copyOf(headers);
    }

    /** What is checked. */
    public enum Mode {
        /** The origin, and a token bound to the session. */
        TOKEN,
        /** The origin alone. */
        ORIGIN_ONLY
    }

    public ForgeryPolicy withMode(Mode other) {
        return new ForgeryPolicy(other, headers, answerHeader, readableCookie);
    }

    public ForgeryPolicy withReadableCookie(Optional<String> name) {
        return new ForgeryPolicy(mode, headers, answerHeader, name);
    }

    /** The origins that may write: the apps', and the public one, which is configured and never taken from Host. */
    public record Trusted(Set<Origin> apps, Origin publicOrigin) {
        public Trusted {
            apps = Set.copyOf(apps);
        }

        boolean contains(String serialised) {
            if (publicOrigin.toString().equals(serialised)) {
                return true;
            }
            for (Origin app : apps) {
                if (app.toString().equals(serialised)) {
                    return true;
                }
            }
            return false;
        }

        boolean contains(Origin origin) {
            return apps.contains(origin) || origin.equals(publicOrigin);
        }
    }
}
