package dev.coatcheck;

import dev.coatcheck.session.Principal;
import java.time.Duration;
import java.util.function.Function;

/** A proof of who someone is. The built-in one checks a user table; any other plugs in here. */
@FunctionalInterface
public interface Authenticator {
    /**
     * Checks a name and a password.
     *
     * @throws dev.coatcheck.store.StoreUnavailableException when nobody can say
     */
    Outcome authenticate(Attempt attempt);

    /**
     * One try to sign in.
     *
     * @param username as typed, not trimmed
     * @param password never printed
     * @param clientAddress after trusted proxies; for the throttle
     */
    record Attempt(String username, Password password, String clientAddress) {}

    /** What came of it. Unknown user, wrong password and disabled account are one answer, given in the same time. */
    sealed interface Outcome {
        /** It is them. */
        record Accepted(Principal principal) implements Outcome {}

        /** Unknown user or wrong password: never said which. */
        record Refused() implements Outcome {}

        /** Too many tries: come back after {@code retryAfter}. */
        record Throttled(Duration retryAfter) implements Outcome {}

        /** One function per case. */
        default <T> T fold(
                Function<Accepted, T> accepted, Function<Refused, T> refused, Function<Throttled, T> throttled) {
            if (this instanceof Accepted a) {
                return accepted.apply(a);
            }
            if (this instanceof Refused r) {
                return refused.apply(r);
            }
            return throttled.apply((Throttled) this);
        }
    }
}
