package dev.coatcheck.stores.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionSignal;
import dev.coatcheck.store.SessionSignals;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Heard;
import dev.coatcheck.testkit.SessionSignalsContract;
import dev.coatcheck.testkit.Sessions;
import dev.coatcheck.testkit.SilentProxy;
import dev.coatcheck.token.SessionId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

class PostgresqlSignalsTest extends SessionSignalsContract {
    private static ServerDatabases databases;

    @BeforeAll
    static void openTheDatabase() throws Exception {
        databases = new ServerDatabases(ServerFixture.POSTGRESQL, Tells.EVERY_WRITE);
    }

    @AfterAll
    static void closeTheDatabase() {
        databases.close();
    }

    @Override
    protected SessionStore open() {
        return databases.emptyStore();
    }

    @Override
    protected Optional<SessionStore> another() {
        return Optional.of(new OwnDatabase(SqlDatabase.open(databases.url() + "?signals=all")).store());
    }

    @Test
    void anUnknownReasonIsAWrittenSessionAndAnUnknownWordIsTakenForEverything() throws Exception {
        SessionStore store = databases.emptyStore();
        Heard heard = new Heard();
        signals(store).subscribe(heard);
        heard.awaitProofAfter(signals(store), System.nanoTime());
        int missed = heard.timesMissed();
        SessionId id = Sessions.id();
        say(databases.url(), "NOTIFY " + PostgresqlChannel.NAME + ", 'ended A_REASON_TO_COME " + id + "'");
        heard.await(new SessionSignal.Written(id, OptionalLong.empty()));
        assertThat(heard.timesMissed()).isEqualTo(missed);
        say(databases.url(), "NOTIFY " + PostgresqlChannel.NAME + ", 'a word to come " + id + "'");
        heard.awaitMissed(missed);
        missed = heard.timesMissed();
        say(databases.url(), "NOTIFY " + PostgresqlChannel.NAME + ", 'written " + id + " x7'");
        heard.awaitMissed(missed);
    }

    @Test
    void anAddressThatMovedToAnotherServerIsNotProvenByTheFormerOne() throws Exception {
        String former = ServerFixture.POSTGRESQL.emptyDatabase();
        int port = ServerAddress.of(former, Optional.empty()).port();
        String name = former.substring(former.lastIndexOf('/') + 1);
        Heard heard = new Heard();
        try (PostgresqlProcess next = new PostgresqlProcess();
                SilentProxy address = new SilentProxy(port)) {
            say(next.url(), "CREATE DATABASE " + name);
            String nextUrl = next.url().replaceFirst("/postgres$", "/" + name);
            try (SqlDatabase there = SqlDatabase.open(nextUrl + "?signals=all");
                    SqlDatabase here = SqlDatabase.open(
                            former.replace(":" + port + "/", ":" + address.port() + "/") + "?signals=all")) {
                SessionStore store = new SqlSessionStore(here);
                SessionStore other = new SqlSessionStore(there);
                signals(store).subscribe(heard);
                heard.awaitProofAfter(signals(store), System.nanoTime());
                int missed = heard.timesMissed();
                address.leadTo(ServerAddress.of(next.url(), Optional.empty()).port());
                // The connection that listens stays, and its server goes on telling.
                say(
                        former,
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                                + " AND application_name = 'coatcheck' AND query <> 'SELECT pg_backend_pid()'");
                StoredSession session = Sessions.of(Sessions.user(), now).build();
                other.create(session, PerUserLimit.DEFAULT);
                heard.until(() -> Sessions.isFound(store, session), "the other server behind the address");
                other.end(session.id(), EndReason.REVOKED_BY_ADMIN, now);
                heard.awaitProofAfter(signals(store), System.nanoTime());
                assertThat(heard.timesMissed() > missed
                                || heard.of(session.id())
                                        .contains(new SessionSignal.Ended(session.id(), EndReason.REVOKED_BY_ADMIN)))
                        .isTrue();
                StoredSession second = Sessions.of(Sessions.user(), now).build();
                other.create(second, PerUserLimit.DEFAULT);
                other.end(second.id(), EndReason.SIGNED_OUT, now);
                heard.await(new SessionSignal.Ended(second.id(), EndReason.SIGNED_OUT));
            }
        }
    }

    /** With the real driver, whose wait ends with the first millisecond without a word: a busy machine always has one. */
    @Test
    void newsIsHeardAndProvenWhileSomebodyNeverStopsTalking() throws Exception {
        SessionStore store = databases.emptyStore();
        StoredSession session = Sessions.of(Sessions.user(), now).build();
        store.create(session, PerUserLimit.DEFAULT);
        CountDownLatch ended = new CountDownLatch(1);
        signals(store).subscribe(new SessionSignals.Listener() {
            @Override
            public void heard(SessionSignal signal) {
                if (signal.id().equals(session.id())) {
                    ended.countDown();
                }
            }

            @Override
            public void missed() {}
        });
        try (Connection connection = ServerFixture.connect(databases.url());
                Statement talking = connection.createStatement()) {
            talking.execute("SET synchronous_commit = off");
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> {
                try {
                    talking.execute("DO $$ BEGIN LOOP PERFORM pg_notify('" + PostgresqlChannel.NAME + "', 'written "
                            + Sessions.id() + " 7'); COMMIT; END LOOP; END $$");
                } catch (SQLException cancelled) {
                    // As it is to be.
                }
            });
            store.end(session.id(), EndReason.SIGNED_OUT, now);
            assertThat(ended.await(15, TimeUnit.SECONDS)).isTrue();
            new Heard().awaitProofAfter(signals(store), System.nanoTime());
            assertThat(stopped).isNotDone();
            talking.cancel();
            stopped.get(10, TimeUnit.SECONDS);
        }
    }

    /** The driver's own wait goes on for as long as one word comes upon another: here it does so for good. */
    @Test
    void newsIsHeardAndProvenWhenTheDriversWaitNeverEnds() throws Exception {
        AtomicBoolean talking = new AtomicBoolean();
        PostgresqlSignals signals = new PostgresqlSignals(endless(connecting(databases::url), talking), true);
        signals.readBy(connecting(databases::url), () -> {});
        Heard heard = new Heard();
        SessionId id = Sessions.id();
        try (signals;
                Connection connection = ServerFixture.connect(databases.url());
                Statement talker = connection.createStatement()) {
            signals.subscribe(heard);
            heard.until(() -> signals.provenAt().isPresent(), "proof");
            talking.set(true);
            talker.execute("SET synchronous_commit = off");
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> {
                try {
                    talker.execute("DO $$ DECLARE said bigint := 0; BEGIN LOOP FOR word IN 1..50 LOOP said := said + 1;"
                            + " PERFORM pg_notify('" + PostgresqlChannel.NAME + "', 'written " + Sessions.id()
                            + " ' || said); END LOOP; COMMIT; PERFORM pg_sleep(0.001); END LOOP; END $$");
                } catch (SQLException cancelled) {
                    // As it is to be.
                }
            });
            // The wait that was under way when the talking began is noticed by the pings, and given up.
            heard.awaitProofAfter(signals, System.nanoTime());
            say(databases.url(), "NOTIFY " + PostgresqlChannel.NAME + ", 'ended SIGNED_OUT " + id + "'");
            heard.await(new SessionSignal.Ended(id, EndReason.SIGNED_OUT));
            heard.awaitProofAfter(signals, System.nanoTime());
            assertThat(stopped).isNotDone();
            talker.cancel();
            stopped.get(10, TimeUnit.SECONDS);
        }
    }

    /** While somebody talks, whoever waits for notifications waits until the connection is given up. */
    private static DataSource endless(DataSource source, AtomicBoolean talking) {
        return proxy(DataSource.class, (asked, given) -> {
            Connection real = source.getConnection();
            CountDownLatch givenUp = new CountDownLatch(1);
            return proxy(Connection.class, (called, arguments) -> {
                if (called.getName().equals("abort")) {
                    givenUp.countDown();
                }
                return called.getName().equals("unwrap") && arguments[0] == PGConnection.class
                        ? endless(real.unwrap(PGConnection.class), talking, givenUp)
                        : called.invoke(real, arguments);
            });
        });
    }

    private static PGConnection endless(PGConnection real, AtomicBoolean talking, CountDownLatch givenUp) {
        return proxy(PGConnection.class, (called, arguments) -> {
            if (called.getName().equals("getNotifications") && talking.get()) {
                givenUp.await();
                throw new SQLException("given up");
            }
            return called.invoke(real, arguments);
        });
    }

    /** What is done in place of a method. */
    private interface Instead {
        Object of(Method called, Object[] arguments) throws Exception;
    }

    private static <T> T proxy(Class<T> kind, Instead instead) {
        return kind.cast(Proxy.newProxyInstance(
                PostgresqlSignalsTest.class.getClassLoader(),
                new Class<?>[] {kind},
                (proxy, called, arguments) -> instead.of(called, arguments)));
    }

    @Test
    void aConnectionOfThePoolThatLeadsElsewhereIsNoticed() throws Exception {
        try (PostgresqlProcess other = new PostgresqlProcess()) {
            AtomicReference<String> url = new AtomicReference<>(databases.url());
            WatchedSource source = new WatchedSource(connecting(url::get));
            try (Connection here = source.getConnection()) {
                String server = WatchedSource.serverOf(here);
                assertThat(source.leadsElsewhere(server)).isFalse();
                url.set(other.url());
                Connection there = source.getConnection();
                assertThat(source.leadsElsewhere(server)).isTrue();
                there.close();
                assertThat(source.leadsElsewhere(server)).isFalse();
            }
        }
    }

    @Test
    void aNodeThatTellsOfEndingsAloneTakesTheProofFromTheOthers() {
        SessionStore store = databases.emptyStore();
        Heard heard = new Heard();
        signals(store).subscribe(heard);
        heard.awaitProofAfter(signals(store), System.nanoTime());
        SqlDatabase quiet = SqlDatabase.open(databases.url());
        try {
            heard.until(() -> signals(store).provenAt().isEmpty(), "the end of the proof");
        } finally {
            quiet.close();
        }
        heard.awaitProofAfter(signals(store), System.nanoTime());
    }

    /** What it wrote while it was there was not heard: what was kept before must not be believed afterwards. */
    @Test
    void whenTheLastOfThoseHasLeftEverythingMayHaveBeenMissed() throws Exception {
        SessionStore store = databases.emptyStore();
        Heard heard = new Heard();
        signals(store).subscribe(heard);
        heard.awaitProofAfter(signals(store), System.nanoTime());
        int missed;
        try (Connection quiet = ServerFixture.connect(databases.url());
                Statement named = quiet.createStatement()) {
            named.execute("SET application_name = '" + PostgresqlSignals.TELLS_OF_ENDINGS_ALONE + "'");
            heard.until(() -> signals(store).provenAt().isEmpty(), "the end of the proof");
            missed = heard.timesMissed();
        }
        heard.awaitProofAfter(signals(store), System.nanoTime());
        assertThat(heard.timesMissed()).isGreaterThan(missed);
    }

    /** It came, wrote and left between two pings, so that none saw it. */
    @Test
    void whoeverWasThereForAMomentIsHeardOfAndThenEverythingMayHaveBeenMissed() throws Exception {
        Semaphore gate = new Semaphore(1);
        PostgresqlSignals signals = new PostgresqlSignals(connecting(databases::url), true);
        signals.readBy(
                connecting(() -> {
                    gate.acquireUninterruptibly();
                    gate.release();
                    return databases.url();
                }),
                () -> {});
        Heard heard = new Heard();
        try (signals) {
            signals.subscribe(heard);
            heard.until(() -> signals.provenAt().isPresent(), "proof");
            gate.acquireUninterruptibly();
            new WatchedSource(connecting(databases::url), PostgresqlChannel.QUIET)
                    .getConnection()
                    .close();
            heard.until(() -> signals.provenAt().isEmpty(), "the end of the proof");
            SessionId id = Sessions.id();
            say(databases.url(), "NOTIFY " + PostgresqlChannel.NAME + ", 'written " + id + "'");
            heard.await(new SessionSignal.Written(id, OptionalLong.empty()));
            int missed = heard.timesMissed();
            gate.release();
            heard.until(() -> signals.provenAt().isPresent(), "proof");
            assertThat(heard.timesMissed()).isGreaterThan(missed);
        }
    }

    @Test
    void aNodeThatReliesOnNothingIsNotDisturbedByTheWord() throws Exception {
        PostgresqlSignals signals = new PostgresqlSignals(connecting(databases::url), false);
        signals.readBy(connecting(databases::url), () -> {});
        Heard heard = new Heard();
        try (signals) {
            signals.subscribe(heard);
            heard.until(() -> signals.provenAt().isPresent(), "proof");
            int missed = heard.timesMissed();
            say(databases.url(), "NOTIFY " + PostgresqlChannel.NAME + ", '" + PostgresqlChannel.QUIET + "'");
            SessionId id = Sessions.id();
            say(databases.url(), "NOTIFY " + PostgresqlChannel.NAME + ", 'written " + id + "'");
            heard.await(new SessionSignal.Written(id, OptionalLong.empty()));
            assertThat(heard.timesMissed()).isEqualTo(missed);
        }
    }

    @Test
    void aPoolerThatKeepsNoListenProvesNothing() {
        AtomicInteger connections = new AtomicInteger();
        DataSource forgetful = connecting(() -> {
            connections.incrementAndGet();
            return databases.url();
        });
        // As a pooler does: the statement runs on a connection to the server that somebody else has next.
        PostgresqlSignals signals = new PostgresqlSignals(unlistening(forgetful), true);
        signals.readBy(connecting(databases::url), () -> {});
        Heard heard = new Heard();
        try (signals) {
            signals.subscribe(heard);
            heard.until(() -> connections.get() > 2 || signals.provenAt().isPresent(), "that it is given up");
            assertThat(signals.provenAt()).isEmpty();
        }
    }

    private static DataSource unlistening(DataSource source) {
        return (DataSource) Proxy.newProxyInstance(
                PostgresqlSignalsTest.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                    Connection real = source.getConnection();
                    return Proxy.newProxyInstance(
                            PostgresqlSignalsTest.class.getClassLoader(),
                            new Class<?>[] {Connection.class},
                            (connection, asked, given) -> {
                                Object answer = asked.invoke(real, given);
                                return answer instanceof Statement statement ? unlistening(statement) : answer;
                            });
                });
    }

    private static Statement unlistening(Statement real) {
        return (Statement) Proxy.newProxyInstance(
                PostgresqlSignalsTest.class.getClassLoader(),
                new Class<?>[] {Statement.class},
                (statement, asked, given) ->
                        given != null && String.valueOf(given[0]).startsWith("LISTEN")
                                ? (Object) false
                                : asked.invoke(real, given));
    }

    private static SessionSignals signals(SessionStore store) {
        return store.signals().orElseThrow();
    }

    private static void say(String url, String statement) throws SQLException {
        try (Connection connection = ServerFixture.connect(url);
                Statement said = connection.createStatement()) {
            said.execute(statement);
        }
    }

    private static DataSource connecting(Supplier<String> url) {
        return (DataSource) Proxy.newProxyInstance(
                PostgresqlSignalsTest.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> ServerFixture.connect(url.get()));
    }

    @Override
    protected Optional<CutNode> nodeThatCanBeCut() throws Exception {
        SilentProxy proxy = new SilentProxy(databases.port());
        SqlDatabase behind = SqlDatabase.open(databases.urlAt(proxy.port()) + "?signals=all");
        SessionStore store = new SqlSessionStore(behind);
        return Optional.of(new CutNode() {
            @Override
            public SessionStore store() {
                return store;
            }

            @Override
            public void cut() {
                proxy.cutThoseThatSaid("LISTEN " + PostgresqlChannel.NAME);
            }

            @Override
            public void mend() {
                proxy.mend();
            }

            @Override
            public void close() {
                behind.close();
                try {
                    proxy.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
    }
}
