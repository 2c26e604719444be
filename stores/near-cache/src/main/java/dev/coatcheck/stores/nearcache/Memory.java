package dev.coatcheck.stores.nearcache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.coatcheck.store.Revision;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionSignal;
import dev.coatcheck.store.SessionSignals;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that are kept, and those that are being read or written. A session that is forgotten while it is being read is
 * not kept afterwards: what was read may be from before the write that it is forgotten for.
 *
 * <p>A record is what its revision says: each write raises it by one, so that what a write leaves follows from what was there
 * one revision before.
 */
class Memory implements SessionSignals.Listener {
    /** About what a record takes in bytes besides its texts. */
    private static final long RECORD = 1_024;

    final Cache<SessionId, Kept> kept;
    /** Everything that concerns one session happens within a step of this map, one after the other. */
    private final ConcurrentHashMap<SessionId, Load> loads = new ConcurrentHashMap<>();

    private final ConcurrentHashMap<SessionId, List<Write>> writes = new ConcurrentHashMap<>();
    private final AtomicLong flushes = new AtomicLong();
    final Proof proof;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder untrusted = new LongAdder();
    private final LongAdder discarded = new LongAdder();
    private final LongAdder stale = new LongAdder();
    private final LongAdder carried = new LongAdder();
    private final Duration age;
    private final Duration throughOutage;
    private volatile OptionalLong lastProof = OptionalLong.empty();

    /**
     * A record.
     *
     * @param asOf when it was asked for or written, by the clock of proofs: it was in the store then or later
     * @param readAt when it was asked for, or what it was worked out from
     * @param flush how often everything had been forgotten when that began: revisions of before are not compared with these,
     *     the store may have come back with less
     */
    record Kept(StoredSession session, long asOf, long readAt, long flush) {
        boolean isJustBefore(long revision, long sinceFlush) {
            return session.revision() == revision - 1 && flush == sinceFlush;
        }
    }

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

    /** What is kept and not too old, believed or not; nothing while this node writes it. */
    @Nullable
    StoredSession look(SessionId id) {
        Kept record = toHandOut(id);
        return record == null || proof.olderThan(age, record.readAt()) ? null : record.session();
    }

    /**
     * What is kept, unless this node writes it. In this order: a write that is over has put something else in its place or
     * forgotten it, and one that begins afterwards leaves what was good when the proof was taken.
     */
    @Nullable
    Kept toHandOut(SessionId id) {
        return isBeingWritten(id) ? null : kept.getIfPresent(id);
    }

    boolean isBeingWritten(SessionId id) {
        return writes.containsKey(id);
    }

    /** The session as it is kept, for a look while the store is silent; the proof first, then the look, then the clock. */
    Optional<StoredSession> lastKnown(SessionId id) {
        if (throughOutage.isZero()) {
            return Optional.empty();
        }
        note(proof.latest());
        OptionalLong proven = lastProof;
        Kept record = toHandOut(id);
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
        long now = proof.nanos().getAsLong();
        Load mine = new Load(flushes.get(), now);
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
            boolean living = session.filter(read -> read.ending().isEmpty()).isPresent();
            boolean tooOld = living && mine.isTooOld(session.get());
            if (tooOld) {
                // Also when another stands in its place by now: some may wait for this one who began after the write.
                mine.discard();
            }
            // Whoever forgets takes the load away; whoever finds it too old to wait for puts another in its place.
            if (tooOld || current != mine || mine.flush != flushes.get()) {
                discarded.increment();
            } else if (living) {
                kept.put(id, new Kept(session.get(), mine.asOf, mine.asOf, mine.flush));
            }
            // What was seen here is not undone by a write that comes back late.
            underWay(id)
                    .forEach(write -> session.filter(read -> living)
                            .ifPresentOrElse(read -> write.heardOf(read.revision()), write::spoil));
            return current == mine ? null : current;
        });
    }

    List<Write> underWay(SessionId id) {
        return writes.getOrDefault(id, List.of());
    }

    /** From now on nobody is handed what was kept, until the write is {@link #applied} or {@link #over}. */
    Write begin(SessionId id) {
        AtomicReference<Write> begun = new AtomicReference<>();
        loads.compute(id, (key, current) -> {
            if (current != null) {
                current.discard();
            }
            Write mine = write(flushes.get(), proof.nanos().getAsLong(), lately(id));
            writes.put(id, with(underWay(id), mine));
            begun.set(mine);
            return null;
        });
        return Objects.requireNonNull(begun.get());
    }

    private static List<Write> with(List<Write> others, Write mine) {
        if (others.isEmpty()) {
            return List.of(mine);
        }
        List<Write> more = new ArrayList<>(others);
        more.add(mine);
        return more;
    }

    Write write(long flush, long asOf, Optional<Kept> before) {
        return new Write(flush, asOf, before);
    }

    private Optional<Kept> lately(SessionId id) {
        return Optional.ofNullable(kept.policy().getIfPresentQuietly(id))
                .filter(record -> !proof.olderThan(age, record.readAt()));
    }

    /** The write was applied: what it left is kept if it is known and may still be the newest, else the session is forgotten. */
    void applied(SessionId id, Write mine, SessionChange change, long revision) {
        loads.compute(id, (key, current) -> {
            underWay(id).forEach(other -> {
                if (other != mine) {
                    other.heardOf(revision);
                }
            });
            Optional<Kept> left = mine.flush == flushes.get() && mine.mayBeNewest(revision)
                    ? predecessor(id, revision, mine.flush)
                            .map(before -> new Kept(
                                    Revision.of(before.session(), change), mine.asOf, before.readAt(), mine.flush))
                    : Optional.empty();
            if (left.isPresent()) {
                carried.increment();
                if (current != null) {
                    current.expect(revision);
                }
                kept.put(id, left.get());
            } else {
                forgetWithin(id, current);
            }
            // Only now: whoever forgets everything waits for those that are under way.
            remove(id, mine);
            return left.isPresent() ? current : null;
        });
    }

    /** What the write that made this revision was applied to: what was kept when one began, or what another left meanwhile. */
    Optional<Kept> predecessor(SessionId id, long revision, long flush) {
        Optional<Kept> now = lately(id).filter(before -> before.isJustBefore(revision, flush));
        for (Write write : now.isPresent() ? List.<Write>of() : underWay(id)) {
            if (write.before.isPresent() && write.before.get().isJustBefore(revision, flush)) {
                return write.before;
            }
        }
        return now;
    }

    /** Whatever became of the write, if {@link #applied} was not called: the session is forgotten. */
    void over(SessionId id, Write mine) {
        if (underWay(id).contains(mine)) {
            loads.compute(id, (key, current) -> {
                forgetWithin(id, current);
                remove(id, mine);
                return null;
            });
        }
    }

    void remove(SessionId id, Write mine) {
        List<Write> others = new ArrayList<>(underWay(id));
        others.remove(mine);
        if (others.isEmpty()) {
            writes.remove(id);
        } else {
            writes.put(id, others);
        }
    }

    /** Forgets the session, and what is being read of it. In one step with {@link #keep}. */
    void forget(SessionId id) {
        loads.compute(id, (key, current) -> {
            forgetWithin(id, current);
            return null;
        });
    }

    private void forgetWithin(SessionId id, @Nullable Load current) {
        if (current != null) {
            current.discard();
        }
        underWay(id).forEach(Write::spoil);
        kept.invalidate(id);
    }

    /** Forgets what is older than this revision, which was told of. */
    void forgetBefore(SessionId id, long revision) {
        loads.compute(id, (key, current) -> {
            if (current != null) {
                current.expect(revision);
            }
            List<Write> writing = underWay(id);
            writing.forEach(write -> write.heardOf(revision));
            // What is being written is handed out to nobody; the write that is over last keeps it anew or forgets it.
            Kept record = writing.isEmpty() ? kept.policy().getIfPresentQuietly(id) : null;
            if (record != null && record.session().revision() < revision) {
                kept.invalidate(id);
            }
            return current;
        });
    }

    /** Forgets everything, and everything that is being read or written. */
    void forgetAll() {
        flushes.incrementAndGet();
        loads.keySet().forEach(this::forget);
        writes.keySet().forEach(this::forget);
        kept.invalidateAll();
    }

    /** What the store has forgotten, if it is still kept here. */
    void forgetDeadBefore(Instant instant) {
        kept.asMap().values().removeIf(record -> record.session().deadline().isBefore(instant));
    }

    @Override
    public void heard(SessionSignal signal) {
        OptionalLong revision = signal.fold(SessionSignal.Written::revision, ended -> OptionalLong.empty());
        if (revision.isPresent()) {
            forgetBefore(signal.id(), revision.getAsLong());
        } else {
            forget(signal.id());
        }
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
                carried.sum(),
                kept.estimatedSize(),
                proof.age());
    }

    /** After everything that is due has been evicted. */
    long size() {
        kept.cleanUp();
        return kept.estimatedSize();
    }
}
