package dev.coatcheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Created;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionChange.AttributeChange;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What every test of a {@link SessionStore} stands on: the store under test, opened before and closed after each test. */
public abstract class SessionStoreFixture {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** The present, in milliseconds: a server that lets keys expire by its own clock shall not outrun the test. */
    protected final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    /** The store under test, open and empty. */
    protected SessionStore store;

    /** For subclasses. */
    protected SessionStoreFixture() {}

    /** Opens a store with nothing in it; called before each test. */
    protected abstract SessionStore open() throws Exception;

    /**
     * Opens what {@link #open} opened last once more, after the test has closed it; empty (the default) for a store that
     * keeps nothing across a stop.
     */
    protected Optional<SessionStore> reopen() throws Exception {
        return Optional.empty();
    }

    /** Whether {@link SessionStore#purge} forgets records; false for a store whose server does it by itself. */
    protected boolean purges() {
        return true;
    }

    @BeforeEach
    void openTheStore() throws Exception {
        store = open();
    }

    @AfterEach
    void closeTheStore() {
        store.close();
    }

    final StoredSession stored(Sessions sample) {
        StoredSession session = sample.build();
        assertThat(store.create(session, PerUserLimit.DEFAULT)).isInstanceOf(Created.Stored.class);
        return session;
    }

    final StoredSession found(SessionId id) {
        return store.find(id).orElseThrow(() -> new AssertionError("no record " + id));
    }

    final StoredSession found(StoredSession session) {
        return found(session.id());
    }

    /** Applies the change under the epoch of the given session. */
    final Changed apply(StoredSession session, Instant at, SessionChange change) {
        return store.apply(session.id(), new Guard(at, session.epoch()), change);
    }

    final Changed.Applied applied(StoredSession session, SessionChange change) {
        Changed changed = apply(session, now, change);
        assertThat(changed).isInstanceOf(Changed.Applied.class);
        return (Changed.Applied) changed;
    }

    final String json(StoredSession session, String name) {
        return Optional.ofNullable(found(session).attributes().get(name))
                .map(StoredSession.StoredAttribute::json)
                .orElse("absent");
    }

    final long version(StoredSession session, String name) {
        return Optional.ofNullable(found(session).attributes().get(name))
                .map(StoredSession.StoredAttribute::version)
                .orElse(0L);
    }

    /** Waits a few seconds at most for what a store may do a moment after a step. */
    static void eventually(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("waited in vain").isNegative();
            Thread.onSpinWait();
        }
    }

    static SessionChange put(String name, String json) {
        return SessionChange.NONE.with(name, new AttributeChange.Put(json));
    }

    static SessionChange remove(String name) {
        return SessionChange.NONE.with(name, new AttributeChange.Remove());
    }

    static SessionChange swap(String name, String json, long expectedVersion) {
        return SessionChange.NONE.with(name, new AttributeChange.Swap(json, expectedVersion));
    }

    static SessionChange touch(Instant seenAt, Instant deadline) {
        return SessionChange.NONE.with(new SessionChange.Touch(seenAt, deadline));
    }

    final List<SessionId> listed(UserId user, Instant at) {
        return store.list(user, Optional.empty(), 100, at).items().stream()
                .map(StoredSession::id)
                .toList();
    }
}
