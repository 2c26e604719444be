package dev.coatcheck.store;

import dev.coatcheck.token.SessionId;
import java.util.Set;
import java.util.function.Function;

/**
 * What became of {@link SessionStore#create}. When more than one refusal applies, a store may answer any of them.
 */
public sealed interface Created {
    /** It is stored; the named older sessions of the user were ended for it ({@link EndReason#LIMIT}). */
    record Stored(Set<SessionId> ended) implements Created {}

    /** The id is taken, by a living or an ended record: nothing changed. */
    record Taken() implements Created {}

    /** The user has as many sessions as allowed, and the policy refuses: nothing changed. */
    record LimitReached() implements Created {}

    /** Everything of this user that was authenticated at or before a cutoff is ended: nothing was stored. */
    record CutOff() implements Created {}

    /** One function per case. */
    default <T> T fold(
            Function<Stored, T> stored,
            Function<Taken, T> taken,
            Function<LimitReached, T> limitReached,
            Function<CutOff, T> cutOff) {
        if (this instanceof Stored s) {
            return stored.apply(s);
        }
        if (this instanceof Taken t) {
            return taken.apply(t);
        }
        if (this instanceof LimitReached l) {
            return limitReached.apply(l);
        }
        return cutOff.apply((CutOff) this);
    }
}
