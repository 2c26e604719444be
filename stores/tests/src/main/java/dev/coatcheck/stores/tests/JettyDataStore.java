package dev.coatcheck.stores.tests;

import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Created;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.eclipse.jetty.session.AbstractSessionDataStore;
import org.eclipse.jetty.session.SessionData;
import org.eclipse.jetty.session.UnreadableSessionDataException;
import org.eclipse.jetty.session.UnwriteableSessionDataException;
import org.jspecify.annotations.Nullable;

/**
 * One of our stores where Jetty looks for its sessions, so that Jetty's tests of stores can run on it. What the two
 * contracts see differently is left as ours sees it: nothing is overwritten, nothing is revived, nothing but plain data is
 * kept, and the dead are forgotten, not looked for.
 */
final class JettyDataStore extends AbstractSessionDataStore {
    private final Supplier<SessionStore> store;
    private final AutoCloseable whenStopped;

    JettyDataStore(Supplier<SessionStore> store, AutoCloseable whenStopped) {
        this.store = store;
        this.whenStopped = whenStopped;
    }

    @Override
    public boolean isPassivating() {
        return true;
    }

    @Override
    public boolean doExists(String id) {
        return aliveAt(id, Instant.now());
    }

    @Override
    public @Nullable SessionData doLoad(String id) throws UnreadableSessionDataException {
        Optional<StoredSession> found = store.get().find(key(id));
        if (found.isEmpty() || found.get().ending().isPresent()) {
            return null;
        }
        try {
            return JettyRecord.data(found.get());
        } catch (IllegalArgumentException e) {
            throw new UnreadableSessionDataException(id, _context, e);
        }
    }

    @Override
    public void doStore(String id, SessionData data, long lastSaveTime) throws UnwriteableSessionDataException {
        try {
            write(data);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new UnwriteableSessionDataException(id, _context, e);
        }
    }

    private void write(SessionData data) {
        Optional<StoredSession> stored = store.get().find(JettyRecord.key(data));
        if (stored.isEmpty()) {
            Created created = store.get().create(JettyRecord.of(data), PerUserLimit.DEFAULT);
            if (!(created instanceof Created.Stored)) {
                throw new IllegalStateException("not created: " + created);
            }
            return;
        }
        Guard guard = new Guard(Instant.now(), stored.get().epoch());
        Changed changed = store.get().apply(stored.get().id(), guard, JettyRecord.change(stored.get(), data));
        if (!(changed instanceof Changed.Applied)) {
            throw new IllegalStateException("not changed: " + changed);
        }
    }

    @Override
    public boolean delete(String id) {
        return store.get().end(key(id), EndReason.SIGNED_OUT, Instant.now());
    }

    @Override
    public Set<String> doCheckExpired(Set<String> candidates, long time) {
        return candidates.stream()
                .filter(id -> !aliveAt(id, Instant.ofEpochMilli(time)))
                .collect(Collectors.toSet());
    }

    /** Nobody: our stores end sessions by their deadline, and have no need of a node that looks for them. */
    @Override
    public Set<String> doGetExpired(long before) {
        return Set.of();
    }

    @Override
    public void doCleanOrphans(long time) {
        store.get().purge(Instant.ofEpochMilli(time), 1_000);
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        whenStopped.close();
    }

    private boolean aliveAt(String id, Instant time) {
        return store.get()
                .find(key(id))
                .filter(session -> session.aliveAt(time))
                .isPresent();
    }

    private SessionId key(String id) {
        return JettyRecord.key(_context.getCanonicalContextPath(), _context.getVhost(), id);
    }
}
