package dev.coatcheck.stores.nearcache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.coatcheck.store.SessionSignal;
import dev.coatcheck.store.SessionSignals;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that are kept, and those that are being read. A session that is forgotten while it is being read is not
 * kept afterwards: what was read may be from before the write that it is forgotten for.
 */
class Memory implements SessionSignals.Listener {
    /** About what a record takes in bytes besides its texts. */
    private static final long RECORD = 1_024;

    final Cache<SessionId, Kept> kept;
    private final ConcurrentHashMap<SessionId, Load> loads = new ConcurrentHashMap<>();
    private final AtomicLong flushes = new AtomicLong();
    final Proof proof;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder untrusted = new LongAdder();
    private final LongAdder discarded = new LongAdder();
    private final LongAdder stale = new LongAdder();
    private final Duration age;
    private final Duration throughOutage;
    private volatile OptionalLong lastProof = OptionalLong.empty();

    /** A record, and when it was asked for, by the clock of proofs. */
    record Kept(StoredSession session, long asOf) {}

    Memory(NearCachePolicy policy, Proof proof) {
        this.proof = proof;
        this.age = policy.age();
        this.throughOutage = policy.throughOutage();
        // One bound serves for two: a session weighs at least its share of the whole.
        long share = Math.max(1, policy.bytes() / policy.sessions());
        this.kept = Caffeine.newBuilder()
                .maximumWeight(Math.max(policy.bytes(), policy.sessions()))
                .weigher((SessionId id, Kept record) ->
                        (int) Math.min(Integer.MAX_VALUE, Math.max(share, weight(record.session()))))
                // Longer than it is believed: an outage may begin just when a record was to be read again.
                .expireAfterWrite(policy.age().plus(policy.throughOutage()))
                .executor(Runnable::run)
                .build();
    }

    private static long weight(StoredSession session) {
        long characters = RECORD / 2 + session.device().userAgent().length();
        if (session.principal().isPresent()) {
            characters += session.principal().get().id().value().length();
            characters += session.principal().get().name().length();
        }
        for (var attribute : session.attributes().entrySet()) {
            characters += attribute.getKey().length();
            characters += attribute.getValue().json().length();
        }
        return 2 * characters;
    }

    /** The session as it is kept, if it is kept and can be believed. */
    Optional<StoredSession> recall(SessionId id) {
        OptionalLong proven = proof.latest();
        note(proven);
        StoredSession session = look(id);
        if (session == null) {
            return Optional.empty();
        }
        if (!proof.holds(proven)) {
            untrusted.increment();
            return Optional.empty();
        }
        hits.increment();
        return Optional.of(session);
    }

    /** Keeps the latest proof that was seen, also after the channel broke. Of two at a time the older one may stay. */
    private void note(OptionalLong proven) {
        if (throughOutage.isZero() || proven.isEmpty()) {
            return;
        }
        OptionalLong before = lastProof;
        if (before.isEmpty() || proven.getAsLong() - before.getAsLong() > 0) {
            lastProof = proven;
        }
    }

    /** What is kept and not too old, believed or not. */
    @Nullable
    StoredSession look(SessionId id) {
        Kept record = kept.getIfPresent(id);
        return record == null || proof.olderThan(age, record.asOf()) ? null : record.session();
    }

    /** The session as it is kept, for a look while the store is silent; the proof first, then the look, then the clock. */
    Optional<StoredSession> lastKnown(SessionId id) {
        if (throughOutage.isZero()) {
            return Optional.empty();
        }
        note(proof.latest());
        OptionalLong proven = lastProof;
        Kept record = kept.getIfPresent(id);
        if (record == null) {
            return Optional.empty();
        }
        long fresh = proven.isPresent() && proven.getAsLong() - record.asOf() > 0 ? proven.getAsLong() : record.asOf();
        if (proof.olderThan(throughOutage, fresh)) {
            return Optional.empty();
        }
        stale.increment();
        return Optional.of(record.session());
    }

    /** Reads the session, or waits for somebody who has just begun to. Keeps it if it lives and nothing happened meanwhile. */
    Optional<StoredSession> load(SessionId id, Supplier<Optional<StoredSession>> read) {
        misses.increment();
        long now = System.nanoTime();
        Load mine = new Load(flushes.get(), now, proof.nanos().getAsLong());
        Load current = loads.compute(id, (key, other) -> other != null && other.youngAt(now) ? other : mine);
        if (current != mine) {
            Optional<StoredSession> theirs = current.await();
            return current.isDiscarded() ? read.get() : theirs;
        }
        try {
            Optional<StoredSession> session = read.get();
            keep(id, mine, session);
            mine.done(session);
            return session;
        } catch (RuntimeException | Error e) {
            loads.remove(id, mine);
            mine.failed(e);
            throw e;
        }
    }

    /** No absence is kept, and no tombstone: there is nothing to be won. */
    private void keep(SessionId id, Load mine, Optional<StoredSession> session) {
        loads.compute(id, (key, current) -> {
            // Whoever forgets takes the load away; whoever finds it too old to wait for puts another in its place.
            if (current != mine || mine.flush != flushes.get()) {
                discarded.increment();
            } else if (session.isPresent() && session.get().ending().isEmpty()) {
                kept.put(id, new Kept(session.get(), mine.asOf));
            }
            return current == mine ? null : current;
        });
    }

    /** Forgets the session, and what is being read of it. In one step with {@link #keep}. */
    void forget(SessionId id) {
        loads.compute(id, (key, current) -> {
            if (current != null) {
                current.discard();
            }
            kept.invalidate(id);
            return null;
        });
    }

    /** Forgets everything, and everything that is being read. */
    void forgetAll() {
        flushes.incrementAndGet();
        loads.keySet().forEach(this::forget);
        kept.invalidateAll();
    }

    /** What the store has forgotten, if it is still kept here. */
    void forgetDeadBefore(Instant instant) {
        kept.asMap().values().removeIf(record -> record.session().deadline().isBefore(instant));
    }

    @Override
    public void heard(SessionSignal signal) {
        forget(signal.id());
    }

    @Override
    public void missed() {
        forgetAll();
    }

    NearCacheState state() {
        return new NearCacheState(
                hits.sum(),
                misses.sum(),
                untrusted.sum(),
                discarded.sum(),
                flushes.get(),
                stale.sum(),
                kept.estimatedSize(),
                proof.age());
    }

    /** After everything that is due has been evicted. */
    long size() {
        kept.cleanUp();
        return kept.estimatedSize();
    }
}
