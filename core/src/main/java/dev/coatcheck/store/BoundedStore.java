package dev.coatcheck.store;

import dev.coatcheck.session.UserId;
import dev.coatcheck.token.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A store that nobody piles up in front of: what can't be answered soon is refused soon, with
 * {@link StoreUnavailableException}. The pipeline puts it around every store.
 *
 * <p>Only so many calls are inside at the same time, and only so many wait, for a bounded time; endings have places of their
 * own, since a sign-out matters more than a read. How long a call may take inside is the store's own affair: each bounds its
 * waiting by its driver's timeouts. When several calls in a row ran into those, the store is taken as silent: one call at a
 * time looks whether it is back, and all others are refused at once.
 */
public final class BoundedStore implements SessionStore {
    private final SessionStore store;
    private final Bounds bounds;
    private final LongSupplier nanos;
    private final Gate usual;
    private final Gate endings;
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicBoolean looks = new AtomicBoolean();
    private volatile long answeredAt;
    private volatile long nextLook;

    /** This store within these bounds, wherever it wants them. */
    public static SessionStore around(SessionStore store, Bounds bounds) {
        return store instanceof Inside placed ? placed.within(bounds) : new BoundedStore(store, bounds);
    }

    BoundedStore(SessionStore store, Bounds bounds) {
        this(store, bounds, System::nanoTime);
    }

    BoundedStore(SessionStore store, Bounds bounds, LongSupplier nanos) {
        this.store = store;
        this.bounds = bounds;
        this.nanos = nanos;
        this.usual = new Gate(bounds.atOnce(), bounds);
        this.endings = new Gate(Math.max(1, bounds.atOnce() / 4), bounds);
        this.answeredAt = nanos.getAsLong();
    }

    /** A store that answers without asking anybody: it keeps the bounds to those calls that do ask. */
    public interface Inside {
        /** The same store, with these bounds around what it asks. */
        SessionStore within(Bounds bounds);
    }

    /**
     * How much a store is asked at the same time.
     *
     * @param atOnce calls inside it; a quarter more for endings
     * @param patience how long a call waits for a place; four times as many as have a place may wait
     * @param silence after how many slow failures in a row the store is taken as silent
     * @param slow what a slow failure takes at least: a refusal that comes at once piles nothing up
     * @param lookEvery how often one call looks whether a silent store is back
     */
    public record Bounds(int atOnce, Duration patience, int silence, Duration slow, Duration lookEvery) {
        /** 256 calls at once, a second's patience, silent after 8 failures of a quarter of a second, a look each quarter. */
        public static final Bounds DEFAULT =
                new Bounds(256, Duration.ofSeconds(1), 8, Duration.ofMillis(250), Duration.ofMillis(250));

        public Bounds {
            if (atOnce < 1 || silence < 1) {
                throw new IllegalArgumentException(
                        "a store needs room for one call at least, and one failure to be silent");
            }
        }

        public Bounds withAtOnce(int calls) {
            return new Bounds(calls, patience, silence, slow, lookEvery);
        }

        public Bounds withPatience(Duration longest) {
            return new Bounds(atOnce, longest, silence, slow, lookEvery);
        }
    }

    @Override
    public Optional<StoredSession> find(SessionId id) {
        return call("find", usual, () -> store.find(id));
    }

    @Override
    public Created create(StoredSession session, PerUserLimit limit) {
        return call("create", usual, () -> store.create(session, limit));
    }

    @Override
    public Changed apply(SessionId id, Guard guard, SessionChange change) {
        return call("apply", usual, () -> store.apply(id, guard, change));
    }

    @Override
    public boolean end(SessionId id, EndReason why, Instant now, OptionalInt epoch) {
        return call("end", endings, () -> store.end(id, why, now, epoch));
    }

    @Override
    public Set<SessionId> endAll(UserId user, Cutoff cutoff, EndReason why, Instant now) {
        return call("endAll", endings, () -> store.endAll(user, cutoff, why, now));
    }

    @Override
    public Page<StoredSession> list(UserId user, Optional<PageToken> after, int size, Instant now) {
        return call("list", usual, () -> store.list(user, after, size, now));
    }

    @Override
    public int purge(Instant deadBefore, int atMost) {
        return call("purge", usual, () -> store.purge(deadBefore, atMost));
    }

    @Override
    public Optional<StoredSession> reread(StoredSession seen) {
        return call("find", usual, () -> store.reread(seen));
    }

    @Override
    public Optional<StoredSession> lastKnown(SessionId id) {
        return store.lastKnown(id);
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
        store.close();
    }

    private <T> T call(String operation, Gate gate, Supplier<T> work) {
        if (unanswered.get() < bounds.silence()) {
            return ask(operation, gate, work);
        }
        if (nanos.getAsLong() - nextLook < 0 || !looks.compareAndSet(false, true)) {
            throw StoreUnavailableException.silent(operation);
        }
        try {
            return ask(operation, gate, work);
        } finally {
            looks.set(false);
        }
    }

    private <T> T ask(String operation, Gate gate, Supplier<T> work) {
        gate.enter(operation);
        long began = nanos.getAsLong();
        try {
            T answer = work.get();
            answered();
            return answer;
        } catch (StoreUnavailableException e) {
            failed(nanos.getAsLong(), began);
            throw e;
        } finally {
            gate.leave();
        }
    }

    private void answered() {
        if (unanswered.get() != 0) {
            answeredAt = nanos.getAsLong();
            unanswered.set(0);
        }
    }

    /** What was asked before the store was back says nothing of it. */
    private void failed(long now, long began) {
        boolean counts = now - began >= bounds.slow().toNanos() && began - answeredAt >= 0;
        if (counts && unanswered.incrementAndGet() >= bounds.silence()) {
            nextLook = now + bounds.lookEvery().toNanos();
        }
    }

    /** Places inside, and a bounded number of callers who wait for one. */
    private static final class Gate {
        private final Semaphore places;
        private final AtomicInteger waiting = new AtomicInteger();
        private final int mostWaiting;
        private final Duration patience;

        Gate(int places, Bounds bounds) {
            this.places = new Semaphore(places, true);
            this.mostWaiting = 4 * places;
            this.patience = bounds.patience();
        }

        void enter(String operation) {
            try {
                // With this one, unlike the one without a time, nobody overtakes those who wait.
                if (!places.tryAcquire(0, TimeUnit.NANOSECONDS) && !waits()) {
                    throw StoreUnavailableException.overloaded(operation);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw StoreUnavailableException.during(operation, e);
            }
        }

        private boolean waits() throws InterruptedException {
            try {
                return waiting.incrementAndGet() <= mostWaiting
                        && places.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
            } finally {
                waiting.decrementAndGet();
            }
        }

        void leave() {
            places.release();
        }
    }
}
