package dev.coatcheck.stores.sql;

import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.LocalSignals;
import dev.coatcheck.store.SessionSignal;
import dev.coatcheck.store.SessionSignals;
import dev.coatcheck.token.SessionId;
import java.util.Set;
import javax.sql.DataSource;

/** How what was written is told: by the server itself, or by this process after the write. */
interface Telling extends AutoCloseable {
    SessionSignals signals();

    /** Whether every write is told, and not endings and new privileges alone. */
    default boolean tellsEveryWrite() {
        return true;
    }

    /** Where the pool that reads gets its connections from: whoever tells may look at each first. */
    default DataSource watching(DataSource reading) {
        return reading;
    }

    /**
     * The pool that reads, once it is there.
     *
     * @param connectAnew lets go of all of its connections as soon as nobody uses them
     */
    default void readBy(DataSource pool, Runnable connectAnew) {}

    void written(SessionId id, long revision);

    void ended(Set<SessionId> ids, EndReason why);

    @Override
    void close();

    /** To this process alone: nobody hears what other processes write. */
    static Telling here() {
        LocalSignals signals = LocalSignals.ofThisProcessAlone();
        return new Telling() {
            @Override
            public SessionSignals signals() {
                return signals;
            }

            @Override
            public void written(SessionId id, long revision) {
                signals.tell(new SessionSignal.Written(id, revision));
            }

            @Override
            public void ended(Set<SessionId> ids, EndReason why) {
                ids.forEach(id -> signals.tell(new SessionSignal.Ended(id, why)));
            }

            @Override
            public void close() {}
        };
    }
}
