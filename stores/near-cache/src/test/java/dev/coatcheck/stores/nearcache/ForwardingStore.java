package dev.coatcheck.stores.nearcache;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Created;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.MemorySessionStore;
import dev.coatcheck.store.Page;
import dev.coatcheck.store.PageToken;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A store in memory that subclasses change in one thing. */
abstract class ForwardingStore implements SessionStore {
    final MemorySessionStore shared;

    ForwardingStore(MemorySessionStore shared) {
        this.shared = shared;
    }

    @Override
    public Optional<StoredSession> find(SessionId id) {
        return shared.find(id);
    }

    @Override
    public Created create(StoredSession session, PerUserLimit limit) {
        return shared.create(session, limit);
    }

    @Override
    public Changed apply(SessionId id, Guard guard, SessionChange change) {
        return shared.apply(id, guard, change);
    }

    @Override
    public boolean end(SessionId id, EndReason why, Instant now, OptionalInt epoch) {
        return shared.end(id, why, now, epoch);
    }

    @Override
    public Set<SessionId> endAll(UserId user, Cutoff cutoff, EndReason why, Instant now) {
        return shared.endAll(user, cutoff, why, now);
    }

    @Override
    public Page<StoredSession> list(UserId user, Optional<PageToken> after, int size, Instant now) {
        return shared.list(user, after, size, now);
    }

    @Override
    public int purge(Instant deadBefore, int atMost) {
        return shared.purge(deadBefore, atMost);
    }

    @Override
    public void close() {
        shared.close();
    }
}
