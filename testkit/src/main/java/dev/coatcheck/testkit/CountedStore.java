package dev.coatcheck.testkit;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Created;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.Page;
import dev.coatcheck.store.PageToken;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** A store that counts what it is asked, and falls silent when told to. */
final class CountedStore implements SessionStore {
    private final SessionStore store;
    final AtomicInteger reads = new AtomicInteger();
    final AtomicInteger writes = new AtomicInteger();
    volatile boolean silent;
    /** Whether it is known without asking what the store holds, as by a cache in front of it. */
    volatile boolean known;

    CountedStore(SessionStore store) {
        this.store = store;
    }

    private SessionStore counting(AtomicInteger counter, String operation) {
        counter.incrementAndGet();
        if (silent) {
            throw StoreUnavailableException.during(operation, new TimeoutException("told to be silent"));
        }
        return store;
    }

    void forget() {
        reads.set(0);
        writes.set(0);
    }

    @Override
    public Optional<StoredSession> find(SessionId id) {
        return counting(reads, "find").find(id);
    }

    @Override
    public Optional<StoredSession> lastKnown(SessionId id) {
        return known ? store.find(id) : Optional.empty();
    }

    @Override
    public Created create(StoredSession session, PerUserLimit limit) {
        return counting(writes, "create").create(session, limit);
    }

    @Override
    public Changed apply(SessionId id, Guard guard, SessionChange change) {
        return counting(writes, "apply").apply(id, guard, change);
    }

    @Override
    public boolean end(SessionId id, EndReason why, Instant now, OptionalInt epoch) {
        return counting(writes, "end").end(id, why, now, epoch);
    }

    @Override
    public Set<SessionId> endAll(UserId user, Cutoff cutoff, EndReason why, Instant now) {
        return counting(writes, "endAll").endAll(user, cutoff, why, now);
    }

    @Override
    public Page<StoredSession> list(UserId user, Optional<PageToken> after, int size, Instant now) {
        return counting(reads, "list").list(user, after, size, now);
    }

    @Override
    public int purge(Instant deadBefore, int atMost) {
        return counting(writes, "purge").purge(deadBefore, atMost);
    }

    @Override
    public void close() {
        store.close();
    }
}
