package dev.coatcheck.store;

import dev.coatcheck.token.SessionId;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What became of {@link SessionStore#apply}. A lost race is a value; an exception means that the outcome is unknown.
 *
 * <p>The order of {@code Dead}, {@code Replaced} and {@code Conflict} is fixed. When {@code CutOff} or
 * {@code LimitReached} applies beside another refusal, a store may answer any of them.
 */
public sealed interface Changed {
    /**
     * It is written.
     *
     * @param revision the record's revision now, which is the version of every attribute that was written
     * @param ended older sessions of the user that a {@link SessionChange.Privilege} ended ({@link EndReason#LIMIT})
     */
    record Applied(long revision, Set<SessionId> ended) implements Changed {}

    /** A {@code Swap} or {@code TokenChange} expected something else; nothing was written. */
    record Conflict(StoredSession current) implements Changed {}

    /** The record has ended, has expired or does not exist; nothing was written. */
    record Dead(Optional<StoredSession.Ending> ending) implements Changed {}

    /** The record lives in another privilege epoch; nothing was written. */
    record Replaced() implements Changed {}

    /** A {@link SessionChange.Privilege} met the user's limit with {@link PerUserLimit.Policy#REFUSE}; nothing was written. */
    record LimitReached() implements Changed {}

    /** A {@link SessionChange.Privilege} was authenticated at or before the user's cutoff; nothing was written. */
    record CutOff() implements Changed {}

    /** One function per case. */
    default <T> T fold(
            Function<Applied, T> applied,
            Function<Conflict, T> conflict,
            Function<Dead, T> dead,
            Function<Replaced, T> replaced,
            Function<LimitReached, T> limitReached,
            Function<CutOff, T> cutOff) {
        if (this instanceof Applied a) {
            return applied.apply(a);
        }
        if (this instanceof Conflict c) {
            return conflict.apply(c);
        }
        if (this instanceof Dead d) {
            return dead.apply(d);
        }
        if (this instanceof Replaced r) {
            return replaced.apply(r);
        }
        if (this instanceof LimitReached l) {
            return limitReached.apply(l);
        }
        return cutOff.apply((CutOff) this);
    }
}
