package dev.coatcheck.stores.nearcache;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.BoundedStore;
import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Created;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.Page;
import dev.coatcheck.store.PageToken;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionSignals;
import dev.coatcheck.store.SessionSignals.Subscription;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A store that reads from memory what it has read before, and is told when that is no longer so.
 *
 * <p>What is kept is handed out only while {@link SessionSignals#provenAt} is younger than {@link NearCachePolicy#trust};
 * otherwise every read goes to the store, as without a cache. So a session that was ended on any node is refused here
 * within a second, whether signals arrive or not. What this node wrote itself it never hands out as it was before: it keeps the
 * record as written, or reads it again.
 *
 * <p>A record near its end is no special case: deadlines are judged by whoever reads, at their own clock.
 */
public final class NearCachedStore implements SessionStore, BoundedStore.Inside {
    private final SessionStore store;
    private final Memory memory;
    private final Subscription subscription;
    private volatile boolean closed;

    private NearCachedStore(SessionStore store, Memory memory, Subscription subscription) {
        this.store = store;
        this.memory = memory;
        this.subscription = subscription;
    }

    /**
     * In front of this store, which it closes with itself.
     *
     * @throws IllegalArgumentException when the store does not tell what other nodes write
     */
    public static NearCachedStore over(SessionStore store, NearCachePolicy policy) {
        return over(store, signals -> new Memory(policy, new Proof(signals, policy.trust(), System::nanoTime)));
    }

    static NearCachedStore over(SessionStore store, Function<SessionSignals, Memory> memory) {
        SessionSignals signals = store.signals()
                .filter(SessionSignals::reachEveryNode)
                .orElseThrow(() -> new IllegalArgumentException(
                        "this store does not tell one node what another writes: a cache in front of it would let ended"
                                + " sessions in. Use it without, or keep sessions in Redis, or in a PostgreSQL that tells of"
                                + " every write (Tells.EVERY_WRITE, or signals=all in its address)"));
        Memory kept = memory.apply(signals);
        return new NearCachedStore(store, kept, signals.subscribe(kept));
    }

    /** How it stands. */
    public NearCacheState state() {
        return memory.state();
    }

    @Override
    public Optional<StoredSession> find(SessionId id) {
        if (closed) {
            return store.find(id);
        }
        Optional<StoredSession> known = memory.recall(id);
        return known.isPresent() ? known : memory.load(id, () -> store.find(id));
    }

    /** What is kept, for as long as {@link NearCachePolicy#throughOutage} says; nothing of what ended or was written since. */
    @Override
    public Optional<StoredSession> lastKnown(SessionId id) {
        return closed ? Optional.empty() : memory.lastKnown(id);
    }

    /** From the store, whatever is kept or being read: it may be one write old. */
    @Override
    public Optional<StoredSession> reread(StoredSession seen) {
        Optional<StoredSession> now = store.find(seen.id());
        now.filter(read -> read.ending().isEmpty())
                .ifPresentOrElse(
                        read -> memory.forgetBefore(seen.id(), read.revision()), () -> memory.forget(seen.id()));
        return now;
    }

    /** The same memory, in front of the store within these bounds: what is answered from memory asks nobody. */
    @Override
    public SessionStore within(BoundedStore.Bounds bounds) {
        return new NearCachedStore(BoundedStore.around(store, bounds), memory, subscription);
    }

    @Override
    public Created create(StoredSession session, PerUserLimit limit) {
        Created created = around(session.id(), () -> store.create(session, limit));
        if (created instanceof Created.Stored stored) {
            stored.ended().forEach(memory::forget);
        }
        return created;
    }

    @Override
    public Changed apply(SessionId id, Guard guard, SessionChange change) {
        return closed || change.privilege().isPresent() ? raise(id, guard, change) : write(id, guard, change);
    }

    /** A new privilege is forgotten and read again. */
    private Changed raise(SessionId id, Guard guard, SessionChange change) {
        Changed changed = around(id, () -> store.apply(id, guard, change));
        if (changed instanceof Changed.Applied applied) {
            applied.ended().forEach(memory::forget);
        }
        return changed;
    }

    /** Everything else is kept as it was written, if nobody came between. */
    private Changed write(SessionId id, Guard guard, SessionChange change) {
        Write write = memory.begin(id);
        try {
            Changed changed = store.apply(id, guard, change);
            if (changed instanceof Changed.Applied applied) {
                memory.applied(id, write, change, applied.revision());
            }
            return changed;
        } finally {
            memory.over(id, write);
        }
    }

    @Override
    public boolean end(SessionId id, EndReason why, Instant now, OptionalInt epoch) {
        return around(id, () -> store.end(id, why, now, epoch));
    }

    @Override
    public Set<SessionId> endAll(UserId user, Cutoff cutoff, EndReason why, Instant now) {
        Set<SessionId> ended = store.endAll(user, cutoff, why, now);
        ended.forEach(memory::forget);
        return ended;
    }

    /** Forgets before, so that few read what is about to be old, and after, so that nobody does who knows of the write. */
    private <T> T around(SessionId id, Supplier<T> write) {
        memory.forget(id);
        try {
            return write.get();
        } finally {
            memory.forget(id);
        }
    }

    @Override
    public Page<StoredSession> list(UserId user, Optional<PageToken> after, int size, Instant now) {
        return store.list(user, after, size, now);
    }

    @Override
    public int purge(Instant deadBefore, int atMost) {
        int forgotten = store.purge(deadBefore, atMost);
        if (forgotten > 0) {
            memory.forgetDeadBefore(deadBefore);
        }
        return forgotten;
    }

    @Override
    public Optional<SessionSignals> signals() {
        return store.signals();
    }

    @Override
    public Optional<Instant> serverTime() {
        return store.serverTime();
    }

    @Override
    public void close() {
        closed = true;
        subscription.close();
        memory.forgetAll();
        store.close();
    }
}
