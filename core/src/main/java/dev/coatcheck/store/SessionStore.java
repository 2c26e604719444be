package dev.coatcheck.store;

import dev.coatcheck.session.UserId;
import dev.coatcheck.token.SessionId;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Keeps session records, one row each. A store reads no clock and judges no ticket: time is a parameter, tickets are
 * core's.
 *
 * <p>Every method is one atomic step, safe from any thread and any node. Every method throws
 * {@link StoreUnavailableException} when the store does not answer, and then the outcome of a write is unknown. A record
 * that can't be read (a newer format, damage) is "no such record" with a warning, never an exception.
 *
 * <p>Extend {@code SessionStoreContract} of the testkit to prove an implementation.
 */
public interface SessionStore extends AutoCloseable {
    /**
     * How many tombstones (ended records) of one user are kept: their next sign-in forgets the older ones. What they are
     * for, telling a person why their session ended, a person with more than these has long been told. Between two sign-ins
     * there can be as many more as the user had living sessions. Anonymous sessions have no user, and no such cap.
     */
    int MOST_TOMBSTONES = 50;

    /** How many tombstones one sign-in forgets at most: it stays short for whoever had thousands ended at once. */
    int MOST_FORGOTTEN = 100;

    /** The record, living, expired or ended; empty when there is none. */
    Optional<StoredSession> find(SessionId id);

    /**
     * Writes a new record. Never overwrites one, living or ended.
     *
     * <p>When the session has a principal: it is refused as {@link Created.CutOff} when {@code authenticatedAt} is at or
     * before the user's cutoff, and counts against the limit together with the user's other sessions that are alive at
     * {@code session.lastSeenAt()}. All of this is one step: of two racing creates at the limit, one sees the other.
     *
     * <p>A sign-in that was stored, here or by {@link #apply}, also forgets old tombstones of its user: of those that were
     * there before it, the {@link #MOST_TOMBSTONES} that ended last are left. Where more than {@link #MOST_FORGOTTEN} are
     * too many, that many go now, the others at later sign-ins. A forgotten id is as one that never was. It may happen a
     * moment after the step, and it is told to nobody: the session was dead.
     */
    Created create(StoredSession session, PerUserLimit limit);

    /**
     * The only update. Looks first whether the record is alive at {@code guard.now()} (else {@link Changed.Dead}), then
     * whether the epoch is the guard's (else {@link Changed.Replaced}), then at swaps and token (else
     * {@link Changed.Conflict}), then writes everything in one step. A change that changes nothing is applied like any
     * other and raises the revision. One that makes the session another user's is a sign-in, see {@link #create}.
     */
    Changed apply(SessionId id, Guard guard, SessionChange change);

    /**
     * Ends a session if it is alive at {@code now} and, where one is given, of this privilege epoch: attributes are dropped,
     * everything else stays as a tombstone for {@link #purge}. The first reason stays.
     *
     * @param epoch the epoch that the request's ticket was recognised in: what began before a sign-in can't end the signed-in
     *     session; empty for whoever ends sessions from outside
     * @return whether this call ended it
     */
    boolean end(SessionId id, EndReason why, Instant now, OptionalInt epoch);

    /** Ends a session of whatever epoch. */
    default boolean end(SessionId id, EndReason why, Instant now) {
        return end(id, why, now, OptionalInt.empty());
    }

    /**
     * Remembers the cutoff for the user (the later of two stays) and ends their sessions that are alive at {@code now}
     * and were authenticated at or before it, except the excepted one. A sign-in that was authenticated at or before the
     * cutoff and arrives later is refused by {@link #create} and {@link #apply}.
     *
     * @return what this call ended
     */
    Set<SessionId> endAll(UserId user, Cutoff cutoff, EndReason why, Instant now);

    /**
     * The user's sessions that are alive at {@code now}, latest sign-in first, at most {@code size} of them. A token
     * that this store did not write gives an empty page. Records that can't be read are left out.
     *
     * @throws IllegalArgumentException when the size is not 1 to 100
     */
    Page<StoredSession> list(UserId user, Optional<PageToken> after, int size, Instant now);

    /**
     * Forgets records whose deadline, or whose ending, lies before {@code deadBefore}; at most {@code atMost} of them.
     * Safe to run on many nodes at once. A store whose server forgets dead records by itself may do nothing.
     *
     * @return how many
     */
    int purge(Instant deadBefore, int atMost);

    /**
     * The record as it is now, when {@link #find} may have answered it as it was a moment ago: asked before somebody is told
     * that a ticket is no good. A store that looks each time (the default) has just done so.
     */
    default Optional<StoredSession> reread(StoredSession seen) {
        return Optional.of(seen);
    }

    /**
     * The record as this node last knew it, after {@link #find} threw: for one who only wants to look while the store is
     * silent. Asks nobody. Empty, the default, unless its owner allowed it and what is known was fresh not long ago.
     */
    default Optional<StoredSession> lastKnown(SessionId id) {
        return Optional.empty();
    }

    /** News of what is written here; empty when this store can't tell. The same object each time. */
    default Optional<SessionSignals> signals() {
        return Optional.empty();
    }

    /**
     * What the clock of the store's server says, for a node to compare its own with; empty where there is no other clock
     * than this machine's.
     */
    default Optional<Instant> serverTime() {
        return Optional.empty();
    }

    /**
     * Lets go of connections and threads; what was acknowledged stays. From then on every method throws
     * {@link StoreUnavailableException}; closing again does nothing.
     */
    @Override
    void close();
}
