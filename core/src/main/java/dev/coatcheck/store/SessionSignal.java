package dev.coatcheck.store;

import dev.coatcheck.token.SessionId;
import java.util.OptionalLong;
import java.util.function.Function;

/** What {@link SessionSignals} tell of one session, after it was written. Nothing of its content travels. */
public sealed interface SessionSignal {
    /** Which session. */
    SessionId id();

    /**
     * An {@link SessionStore#apply} was applied: attributes, a touch, a new ticket or a new privilege.
     *
     * @param revision the revision that it gave the record: whoever has that one or a later one has what was written; empty
     *     where that is not known, because an earlier release told it
     */
    record Written(SessionId id, OptionalLong revision) implements SessionSignal {
        public Written(SessionId id, long revision) {
            this(id, OptionalLong.of(revision));
        }
    }

    /** It was ended, by whichever operation. A session that merely runs out of time is not told. */
    record Ended(SessionId id, EndReason why) implements SessionSignal {}

    /** One function per case. */
    default <T> T fold(Function<Written, T> written, Function<Ended, T> ended) {
        return this instanceof Written w ? written.apply(w) : ended.apply((Ended) this);
    }
}
