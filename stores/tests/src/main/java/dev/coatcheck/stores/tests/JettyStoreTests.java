package dev.coatcheck.stores.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.store.Created;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.session.AbstractSessionDataStoreFactory;
import org.eclipse.jetty.session.AbstractSessionDataStoreTest;
import org.eclipse.jetty.session.SessionData;
import org.eclipse.jetty.session.SessionDataStore;
import org.eclipse.jetty.session.SessionDataStoreFactory;
import org.eclipse.jetty.session.SessionManager;
import org.eclipse.jetty.session.UnwriteableSessionDataException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The tests that Jetty publishes for stores of its sessions, run against one of ours. The overridden ones ask for what our
 * contract forbids; each says what our store does instead. See the decision "Jetty's tests on our stores" in the docs.
 */
public abstract class JettyStoreTests extends AbstractSessionDataStoreTest {
    /** In Jetty's terms long enough ago to be cleaned up. */
    private static final Duration LONG_AGO = Duration.ofSeconds(10L * GRACE_PERIOD_SEC);

    private SessionStore store;

    /** For subclasses. */
    protected JettyStoreTests() throws Exception {}

    /** Opens a store with nothing in it; called before each test. */
    protected abstract SessionStore open() throws Exception;

    /**
     * Opens once more what was opened last, which is closed then; empty (the default) for a store that keeps nothing across
     * a stop. Called whenever a test stops Jetty's server.
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
    void closeTheStore() throws Exception {
        afterEach();
        store.close();
    }

    @Override
    public SessionDataStoreFactory createSessionDataStoreFactory() {
        return new AbstractSessionDataStoreFactory() {
            @Override
            public SessionDataStore getSessionDataStore(SessionManager manager) {
                JettyDataStore data = new JettyDataStore(() -> store, JettyStoreTests.this::restart);
                data.setGracePeriodSec(getGracePeriodSec());
                data.setSavePeriodSec(getSavePeriodSec());
                return data;
            }
        };
    }

    private void restart() throws Exception {
        Optional<SessionStore> again = reopen();
        if (again.isPresent()) {
            store.close();
            store = again.get();
        }
    }

    @Override
    public void persistSession(SessionData data) {
        assertThat(store.create(JettyRecord.of(data), PerUserLimit.DEFAULT)).isInstanceOf(Created.Stored.class);
    }

    /** The store keeps values to the letter: what can't be read is what nobody of Jetty's wrote. */
    @Override
    public void persistUnreadableSession(SessionData data) {
        StoredSession damaged = Sessions.anonymous(Instant.ofEpochMilli(data.getAccessed()))
                .id(JettyRecord.key(data))
                .attribute(JettyRecord.OWN, "{\"id\":")
                .build();
        assertThat(store.create(damaged, PerUserLimit.DEFAULT)).isInstanceOf(Created.Stored.class);
    }

    @Override
    public boolean checkSessionExists(SessionData data) {
        return stored(data).filter(session -> session.ending().isEmpty()).isPresent();
    }

    @Override
    public boolean checkSessionPersisted(SessionData data) {
        return stored(data)
                .map(JettyRecord::data)
                .filter(there -> facts(there).equals(facts(data)))
                .isPresent();
    }

    private static List<Object> facts(SessionData data) {
        return List.of(
                data.getId(),
                data.getContextPath(),
                data.getVhost(),
                data.getLastNode(),
                data.getCreated(),
                data.getAccessed(),
                data.getLastAccessed(),
                data.getCookieSet(),
                data.getLastSaved(),
                data.getExpiry(),
                data.getMaxInactiveMs(),
                data.getAllAttributes());
    }

    private Optional<StoredSession> stored(SessionData data) {
        return store.find(JettyRecord.key(data));
    }

    /** Jetty stores a class that only the application knows. Ours keep plain data and name no class. */
    @Test
    @Override
    public void testStoreSession() throws Exception {
        refusesAndThenKeepsPlainData(applicationClass("Foo"));
    }

    /** Jetty stores a proxy, and an application's class within a list. Ours keep plain data and name no class. */
    @Test
    @Override
    public void testStoreObjectAttributes() throws Exception {
        Object proxy = Class.forName("ProxyableFactory", true, _contextClassLoader)
                .getMethod("newProxyable", ClassLoader.class)
                .invoke(null, _contextClassLoader);
        refusesAndThenKeepsPlainData(proxy);
        refusesAndThenKeepsPlainData(List.of(applicationClass("Foo")));
    }

    private Object applicationClass(String name) throws ReflectiveOperationException {
        return Class.forName(name, true, _contextClassLoader).getConstructor().newInstance();
    }

    private void refusesAndThenKeepsPlainData(Object notPlain) throws Exception {
        SessionDataStore jetty = started();
        SessionData data = fresh(jetty, "own-" + Sessions.id());
        data.setAttribute("a", notPlain);
        assertThatThrownBy(() -> jetty.store(data.getId(), data)).isInstanceOf(UnwriteableSessionDataException.class);
        assertThat(stored(data)).isEmpty();
        data.setAttribute("a", Map.of("i", 0L, "list", List.of("foo")));
        jetty.store(data.getId(), data);
        assertThat(checkSessionPersisted(data)).isTrue();
        _server.stop();
    }

    /** Jetty looks for expired sessions of all nodes, to end them. Ours are dead by their deadline, and are forgotten. */
    @Test
    @Override
    public void testGetExpiredPersistedAndExpiredOnly() throws Exception {
        deadByTheirDeadlineAndForgotten("own", "own");
    }

    /** The same for sessions of another node: a record belongs to no node. */
    @Test
    @Override
    public void testGetExpiredDifferentNode() throws Exception {
        deadByTheirDeadlineAndForgotten("other", "another");
    }

    private void deadByTheirDeadlineAndForgotten(String... nodes) throws Exception {
        SessionDataStore jetty = started();
        for (String node : nodes) {
            SessionData data = jetty.newSessionData("old-" + Sessions.id(), 100, 101, 100, 1_000);
            data.setLastNode(node);
            data.setExpiry(RECENT_TIMESTAMP);
            persistSession(data);
            assertThat(jetty.getExpired(Set.of())).isEmpty();
            assertThat(jetty.getExpired(Set.of(data.getId()))).containsExactly(data.getId());
            assertThat(jetty.exists(data.getId())).isFalse();
        }
        Instant afterwards = Instant.ofEpochMilli(RECENT_TIMESTAMP + 1);
        assertThat(store.purge(afterwards, 10)).isEqualTo(purges() ? nodes.length : 0);
    }

    /** Where the store's server forgets dead records by itself, a day later, nobody sweeps them out before. */
    @Test
    @Override
    public void testCleanOrphans() throws Exception {
        if (purges()) {
            super.testCleanOrphans();
            return;
        }
        SessionDataStore jetty = started();
        SessionData old = jetty.newSessionData("001", 100, 101, 100, 1_000);
        old.setLastNode("me");
        old.setExpiry(200);
        persistSession(old);
        ((JettyDataStore) jetty).cleanOrphans(Instant.now().minus(LONG_AGO).toEpochMilli());
        assertThat(jetty.exists("001")).isFalse();
        assertThat(stored(old)).isPresent();
    }

    @Test
    void aLateStoreDoesNotBringADeletedSessionBack() throws Exception {
        SessionDataStore jetty = started();
        SessionData data = fresh(jetty, "late");
        jetty.store("late", data);
        assertThat(jetty.delete("late")).isTrue();
        data.setAttribute("a", "late");
        assertThatThrownBy(() -> jetty.store("late", data)).isInstanceOf(UnwriteableSessionDataException.class);
        assertThat(jetty.load("late")).isNull();
        assertThat(stored(data)).hasValueSatisfying(tombstone -> {
            assertThat(tombstone.ending().orElseThrow().why()).isEqualTo(EndReason.SIGNED_OUT);
            assertThat(tombstone.attributes()).isEmpty();
        });
    }

    @Test
    void aStoreAfterTheExpiryDoesNotBringTheSessionBack() throws Exception {
        SessionDataStore jetty = started();
        SessionData data = fresh(jetty, "expired");
        data.setExpiry(RECENT_TIMESTAMP);
        persistSession(data);
        data.setExpiry(System.currentTimeMillis() + 60_000);
        data.setAttribute("a", "late");
        assertThatThrownBy(() -> jetty.store("expired", data)).isInstanceOf(UnwriteableSessionDataException.class);
        assertThat(jetty.exists("expired")).isFalse();
    }

    private SessionDataStore started() throws Exception {
        setUp();
        _server.start();
        return _sessionManager.getSessionCache().getSessionDataStore();
    }

    private SessionData fresh(SessionDataStore jetty, String id) {
        long now = System.currentTimeMillis();
        SessionData data =
                jetty.newSessionData(id, 100, now, now - 1, Duration.ofHours(1).toMillis());
        data.setLastNode(_sessionIdManager.getWorkerName());
        return data;
    }
}
