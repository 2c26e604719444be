package dev.coatcheck.endpoints;

import dev.coatcheck.Problem;
import dev.coatcheck.session.EventPolicy;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.StoredSession;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A session that streams are open for: what is known of it, and what its readers are told when that changes. Streams join and leave
 * on any thread; everything else happens on one.
 */
final class WatchedSession {
    private final List<EventStream> streams = new CopyOnWriteArrayList<>();
    private final EventPolicy policy;
    private StoredSession known;
    private Optional<Instant> warnedFor = Optional.empty();
    private boolean over;
    private boolean looking;
    private long lookAtNanos;
    private long notBeforeNanos;
    private volatile boolean doubtful = true;

    WatchedSession(StoredSession known, EventPolicy policy, long lookAtNanos) {
        this.known = known;
        this.policy = policy;
        this.lookAtNanos = lookAtNanos;
        this.notBeforeNanos = System.nanoTime();
    }

    /** What takes this one's place when it is over: the streams that are still being told stay watched. */
    WatchedSession succeededBy(StoredSession seen, long lookByNanos) {
        WatchedSession next = new WatchedSession(seen, policy, lookByNanos);
        next.streams.addAll(streams);
        return next;
    }

    /** Takes this stream on. @return false when the session is over: nobody who comes now would hear of it */
    synchronized boolean join(EventStream stream) {
        if (over) {
            return false;
        }
        streams.add(stream);
        // Between the request's look at the store and now, anything may have happened.
        doubtful = true;
        return true;
    }

    /** Takes this stream off. @return whether it was the last one */
    boolean leave(EventStream stream) {
        streams.remove(stream);
        return streams.isEmpty();
    }

    List<EventStream> streams() {
        return streams;
    }

    /** It was written, or somebody says that it ended: what is known may be old, and the store is asked. */
    void doubt() {
        doubtful = true;
    }

    /** It may have been written unheard: it is looked at by then. */
    void lookBy(long nanos) {
        if (lookAtNanos - nanos > 0) {
            lookAtNanos = nanos;
        }
    }

    /** Whether it is to be looked at in the store now; then {@link #learn} or {@link #lookFailed} follows. */
    boolean beginsLook(Instant now, long nanoTime) {
        boolean unwarned = isClose(now) && !isWarned();
        boolean late = !now.isBefore(known.deadline());
        boolean due = doubtful || unwarned || late || lookAtNanos - nanoTime <= 0;
        if (!due || looking || over || notBeforeNanos - nanoTime > 0) {
            return false;
        }
        looking = true;
        doubtful = false;
        return true;
    }

    /** The store did not say: again then. */
    void lookFailed(long againAtNanos) {
        looking = false;
        doubtful = true;
        notBeforeNanos = againAtNanos;
    }

    /** What the store says. */
    void learn(Optional<StoredSession> found, Instant now, long nextLookAtNanos) {
        looking = false;
        lookAtNanos = nextLookAtNanos;
        if (over) {
            return;
        }
        if (found.isEmpty()) {
            end(
                    now.isBefore(known.deadline()) ? Problem.sessionMissing() : Problem.sessionExpired(),
                    now.isBefore(known.deadline()) ? "missing" : "expired");
        } else if (!found.get().aliveAt(now)) {
            found.get().ending().map(StoredSession.Ending::why).ifPresentOrElse(this::ended, this::expired);
        } else if (found.get().revision() >= known.revision()) {
            become(found.get(), now);
        }
    }

    private void ended(EndReason why) {
        end(Problem.sessionEnded(why), EventText.reason(why));
    }

    /** Its absolute end is fixed when it begins: no store needs to be asked. */
    void endWhenExpired(Instant now) {
        if (!now.isBefore(known.expiresAt())) {
            expired();
        }
    }

    private void expired() {
        end(Problem.sessionExpired(), "expired");
    }

    private void end(Problem problem, String reason) {
        List<EventStream> told;
        synchronized (this) {
            told = over ? List.of() : List.copyOf(streams);
            over = true;
        }
        String event = EventText.ended(known.id(), problem.code(), reason);
        told.forEach(stream -> stream.endWith(event));
    }

    private void become(StoredSession next, Instant now) {
        known = next;
        String changed = EventText.changed(next, now);
        // Their ticket is dead since the privilege changed: who has the new one comes back with it.
        streams.stream()
                .filter(stream -> stream.epoch() != next.epoch())
                .forEach(stream -> stream.endWith(EventText.comeBack(Duration.ofMillis(100)) + changed));
        if (warnedFor.isPresent() && !isWarned()) {
            warnedFor = Optional.empty();
            streams.forEach(stream -> stream.send(changed));
        }
        if (isClose(now) && !isWarned()) {
            warnedFor = Optional.of(next.deadline());
            String expiring = EventText.expiring(next, now);
            streams.forEach(stream -> stream.send(expiring));
        }
    }

    private boolean isWarned() {
        return warnedFor.equals(Optional.of(known.deadline()));
    }

    private boolean isClose(Instant now) {
        return !now.isBefore(known.deadline().minus(policy.warnsAhead(known.idle())));
    }
}
