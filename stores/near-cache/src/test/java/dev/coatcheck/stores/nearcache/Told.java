package dev.coatcheck.stores.nearcache;

import dev.coatcheck.store.Changed;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.LocalSignals;
import dev.coatcheck.store.MemorySessionStore;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionSignal;
import dev.coatcheck.store.SessionSignals;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** One node of several on a store in memory, with a channel that the test cuts and mends, and a clock that it moves. */
final class Told extends ForwardingStore implements SessionSignals {
    final AtomicInteger finds = new AtomicInteger();
    final AtomicInteger applies = new AtomicInteger();
    private final LocalSignals listeners = LocalSignals.ofThisProcessAlone();
    private volatile boolean cut;
    private volatile boolean down;
    private final AtomicLong nanos = new AtomicLong(1_000_000_000_000L);
    private volatile long provenAt = nanos.get();
    /** Runs between a record's being read and its being handed over. */
    volatile Runnable onTheWay = () -> {};
    /** Runs before a change reaches the store. */
    volatile Runnable beforeApply = () -> {};
    /** Runs between a change's being applied and the word of that. */
    volatile Runnable afterApply = () -> {};

    /** Runs before somebody looks whether a session is being written. */
    volatile Runnable beforeLook = () -> {};

    private volatile boolean held;
    private volatile boolean ofAnEarlierRelease;
    private final Queue<SessionSignal> late = new ConcurrentLinkedQueue<>();

    Told(MemorySessionStore shared) {
        super(shared);
        shared.signals().orElseThrow().subscribe(new Listener() {
            @Override
            public void heard(SessionSignal signal) {
                if (held) {
                    late.add(signal);
                } else if (!cut) {
                    listeners.tell(
                            ofAnEarlierRelease ? new SessionSignal.Written(signal.id(), OptionalLong.empty()) : signal);
                }
            }

            @Override
            public void missed() {}
        });
    }

    long nanos() {
        return nanos.get();
    }

    /** Time goes on, and no ping comes back meanwhile. */
    void silence(long millis) {
        nanos.addAndGet(millis * 1_000_000);
    }

    /** A ping comes back. */
    void ping() {
        provenAt = nanos.get();
    }

    /** The server of the store is gone, and the channel with it. */
    void goDown() {
        down = true;
    }

    /** The server is back; of the channel nothing is known yet. */
    void comeBack() {
        down = false;
    }

    private void answer(String operation) {
        if (down) {
            throw StoreUnavailableException.during(operation, new TimeoutException("down"));
        }
    }

    void cut() {
        cut = true;
    }

    /** From now on signals are on their way for long. */
    void hold() {
        held = true;
    }

    /** They arrive. */
    void release() {
        held = false;
        while (!late.isEmpty()) {
            listeners.tell(late.remove());
        }
    }

    /** From now on no signal has a revision. */
    void tellAsAnEarlierRelease() {
        ofAnEarlierRelease = true;
    }

    /** The channel is up again: first the word that some was missed, then the first ping. */
    void mend() {
        cut = false;
        listeners.tellMissed();
        ping();
    }

    /** What was held up arrives, and then a ping. */
    void arrive(SessionSignal signal) {
        cut = false;
        listeners.tell(signal);
        ping();
    }

    @Override
    public Subscription subscribe(Listener listener) {
        return listeners.subscribe(listener);
    }

    @Override
    public OptionalLong provenAt() {
        return down ? OptionalLong.empty() : OptionalLong.of(provenAt);
    }

    @Override
    public boolean reachEveryNode() {
        return true;
    }

    @Override
    public Optional<SessionSignals> signals() {
        return Optional.of(this);
    }

    @Override
    public Optional<StoredSession> find(SessionId id) {
        finds.incrementAndGet();
        answer("find");
        Optional<StoredSession> read = shared.find(id);
        onTheWay.run();
        return read;
    }

    @Override
    public Changed apply(SessionId id, Guard guard, SessionChange change) {
        applies.incrementAndGet();
        answer("apply");
        taken(beforeApply, () -> beforeApply = () -> {}).run();
        Changed changed = super.apply(id, guard, change);
        taken(afterApply, () -> afterApply = () -> {}).run();
        return changed;
    }

    /** Once. */
    private static Runnable taken(Runnable what, Runnable take) {
        take.run();
        return what;
    }

    @Override
    public boolean end(SessionId id, EndReason why, Instant now, OptionalInt epoch) {
        answer("end");
        return super.end(id, why, now, epoch);
    }
}
