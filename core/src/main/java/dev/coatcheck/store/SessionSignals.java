package dev.coatcheck.store;

import java.util.OptionalLong;

/**
 * News of the sessions in a store, from every node that writes there. What a near-cache, {@code GET /auth/events} and
 * whoever closes WebSockets listen to.
 *
 * <p>The store sends a signal as a part of the write itself (in the script, in the transaction, under the lock), so that no
 * node can write and die before it has told. A signal may come twice, also after later ones, and a session's own node hears it like any other.
 * When some may have been missed, listeners are told so by {@link Listener#missed} and look for themselves.
 *
 * <p>Signals are as quick as their channel, and no proof by themselves: a channel may be silent because nothing happens, or
 * because it is cut. {@link #provenAt} tells the two apart.
 */
public interface SessionSignals {
    /** Calls the listener for every signal from now on. */
    Subscription subscribe(Listener listener);

    /**
     * Up to when nothing is missing: the {@link System#nanoTime} at which the latest ping was sent that was heard among the
     * signals. Every signal of a write that was finished by then, on the server that is read, has been handed to the
     * listeners: so the ping goes through the connection that reads.
     *
     * <p>Whoever trusts something because of it asks <em>before</em> looking at that thing, and reads the clock after: a
     * thread may stand still for seconds in between, while the channel goes on.
     *
     * @return empty while the channel is down, or was never asked for by {@link #subscribe}
     */
    OptionalLong provenAt();

    /** Whether the writes of every node are told. Where they are not, nobody may trust silence. */
    boolean reachEveryNode();

    /**
     * Hears signals, on a thread of the signals' own or on the writer's, one at a time per writer: it returns at once, throws
     * nothing, and calls no store. One that throws is logged and passed over; one that is slow delays others and the proof.
     */
    interface Listener {
        /** A session was written or ended. */
        void heard(SessionSignal signal);

        /** Signals may have been lost, of any session: nothing that was read before now may be trusted. */
        void missed();
    }

    /** Ends what {@link #subscribe} began. Closing again does nothing. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
