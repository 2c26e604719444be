package dev.coatcheck.server.run;

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
import dev.coatcheck.store.SessionSignals;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** A store whose every call is told, with what became of it and how long it took. */
final class MeteredStore implements SessionStore {
    private final SessionStore store;
    private final Told told;

    MeteredStore(SessionStore store, Told told) {
        this.store = store;
        this.told = told;
    }

    /** Who is told. */
    interface Told {
        void called(String operation, String outcome, Duration took);
    }

    @Override
    public Optional<StoredSession> find(SessionId id) {
        return metered("find", () -> store.find(id), found -> found.isPresent() ? "found" : "absent");
    }

    @Override
    public Created create(StoredSession session, PerUserLimit limit) {
        return metered(
                "create",
                () -> store.create(session, limit),
                created -> created.fold(stored -> "done", taken -> "taken", limited -> "limit", cut -> "cut-off"));
    }

    @Override
    public Changed apply(SessionId id, Guard guard, SessionChange change) {
        return metered(
                "apply",
                () -> store.apply(id, guard, change),
                changed -> changed.fold(
                        applied -> "done",
                        conflict -> "conflict",
                        dead -> "dead",
                        replaced -> "replaced",
                        limited -> "limit",
                        cut -> "cut-off"));
    }

    @Override
    public boolean end(SessionId id, EndReason why, Instant now, OptionalInt epoch) {
        return metered("end", () -> store.end(id, why, now, epoch), ended -> ended ? "done" : "dead");
    }

    @Override
    public Set<SessionId> endAll(UserId user, Cutoff cutoff, EndReason why, Instant now) {
        return metered("end-all", () -> store.endAll(user, cutoff, why, now), ended -> "done");
    }

    @Override
    public Page<StoredSession> list(UserId user, Optional<PageToken> after, int size, Instant now) {
        return metered("list", () -> store.list(user, after, size, now), page -> "done");
    }

    @Override
    public int purge(Instant deadBefore, int atMost) {
        return metered("purge", () -> store.purge(deadBefore, atMost), forgotten -> "done");
    }

    @Override
    public Optional<StoredSession> reread(StoredSession seen) {
        return store.reread(seen);
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

    private <T> T metered(String operation, Supplier<T> call, Function<T, String> outcome) {
        long began = System.nanoTime();
        String became = "unavailable";
        try {
            T result = call.get();
            became = outcome.apply(result);
            return result;
        } finally {
            told.called(operation, became, Duration.ofNanos(System.nanoTime() - began));
        }
    }
}
