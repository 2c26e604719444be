package dev.coatcheck.store;

import dev.coatcheck.session.UserId;
import dev.coatcheck.token.SessionId;
import java.time.Instant;
import java.util.Optional;

/**
 * Keeps the not-before lines of tickets that are not looked up ({@code sealed}, a JWT that is verified elsewhere): it is where
 * revoking such a ticket is written. Sessions that are looked up need none: their store has their endings.
 *
 * <p>A line only ever moves later, and is kept until the longer of all its ends. There is none without its end, so the list stays
 * as short as what was revoked lately. A store reads no clock; a line past its end may be found until it is purged, and does no
 * harm: the tickets that it cuts off have expired.
 *
 * <p>Every method is one atomic step, safe from any thread and any node. Every method throws
 * {@link StoreUnavailableException} when the store does not answer; who can't look does not know that a ticket is good. After a
 * draw the outcome is then unknown: draw it again.
 *
 * <p>What is left to the caller:
 *
 * <ul>
 *   <li>{@code keptUntil} is no earlier than the expiry of the last ticket that the line cuts off.
 *   <li>A line through a user's tickets spares none. Who lets one session stay gives it a ticket that counts from after the
 *       line; a spared session written beside a line would bring back what an earlier line has ended.
 *   <li>Nothing stands in front of this, as {@link BoundedStore} stands in front of sessions: who calls it for requests bounds how
 *       many wait and for how long.
 *   <li>Whoever opens a store calls {@link #purge} now and then, with an instant that lies a minute or so back: clocks differ.
 *       Coatcheck's server opens none yet.
 * </ul>
 *
 * <p>Extend {@code CutoffStoreContract} of the testkit to prove an implementation.
 */
public interface CutoffStore extends AutoCloseable {
    /** Draws a line through everything that the user has. */
    void draw(UserId user, CutoffLine line);

    /** Draws a line through the tickets of this session. */
    void draw(SessionId session, CutoffLine line);

    /** What concerns a ticket of this session, at one moment; the user is empty for a visitor's. */
    CutoffLines find(SessionId session, Optional<UserId> user);

    /**
     * Forgets lines that were to be kept until before this instant, at most {@code atMost} of them. Safe to run on many nodes at once,
     * and beside draws.
     *
     * @return how many
     */
    int purge(Instant keptBefore, int atMost);

    /** Lets go of what it holds; every call afterwards throws {@link StoreUnavailableException}. */
    @Override
    void close();
}
