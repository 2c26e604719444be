package dev.coatcheck;

import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionToken;
import java.util.function.Function;

/** What became of {@link Session#signIn}. */
public sealed interface SignIn {
    /**
     * A session lives; over the cookie transport its ticket leaves with the head, over bearer the caller hands it out.
     *
     * @param session the record
     * @param token its ticket
     */
    record SignedIn(StoredSession session, SessionToken token) implements SignIn {}

    /** The user has as many sessions as the policy allows. */
    record LimitReached() implements SignIn {}

    /** While the proof was checked, everything of this user was ended: sign in again. */
    record CutOff() implements SignIn {}

    /** One function per case; the refusals as problems. */
    default <T> T fold(Function<SignedIn, T> signedIn, Function<Problem, T> refused) {
        if (this instanceof SignedIn s) {
            return signedIn.apply(s);
        }
        return refused.apply(
                this instanceof LimitReached
                        ? Problem.sessionLimitReached()
                        : Problem.sessionRevoked("all sessions of this account were ended during the sign-in"));
    }
}
