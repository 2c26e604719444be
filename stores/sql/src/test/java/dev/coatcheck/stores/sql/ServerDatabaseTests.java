package dev.coatcheck.stores.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Race;
import dev.coatcheck.testkit.Rounds;
import dev.coatcheck.testkit.Sessions;
import dev.coatcheck.testkit.SilentProxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.Statement;
import java.text.MessageFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What the contracts can't see of a database server: opening it, losing it, cleaning up on many nodes, its clock. */
abstract class ServerDatabaseTests {
    private static final String PASSWORD = "s3cret-Pa55";

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final ServerFixture server;

    ServerDatabaseTests(ServerFixture server) {
        this.server = server;
    }

    @Test
    void whoeverCantSignInThereIsToldSo() throws Exception {
        String url = server.emptyDatabase();
        server.userWithoutRights("nobody", PASSWORD);
        String asNobody = url.replaceFirst("//\\w+@", "//nobody:wrong-" + PASSWORD + "@");
        refused(asNobody, "refuses the user or the password", "database.password");
        assertThatThrownBy(() -> SqlDatabase.open(asNobody, Optional.of("also-" + PASSWORD)))
                .isInstanceOf(DatabaseSetupException.class)
                .hasMessageContaining("refuses the user or the password")
                .message()
                .doesNotContain(PASSWORD);
        refused(url.replaceFirst("//\\w+@", "//nobody:" + PASSWORD + "@"), "may not", "GRANT");
    }

    /** The servers of these tests are set up to be quick. */
    @Test
    void aServerThatMayForgetIsSaidAtTheStart() throws Exception {
        List<String> said = new CopyOnWriteArrayList<>();
        Handler ear = new Handler() {
            @Override
            public void publish(LogRecord line) {
                said.add(MessageFormat.format(line.getMessage(), line.getParameters()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger log = Logger.getLogger(SqlDatabase.class.getName());
        log.addHandler(ear);
        try (SqlDatabase database = SqlDatabase.open(server.emptyDatabase())) {
            assertThat(database.dialect().clock()).isPresent();
        } finally {
            log.removeHandler(ear);
        }
        assertThat(said)
                .anyMatch(line ->
                        line.contains(": a crash may undo what was acknowledged, sign-outs among it. Set it to "));
    }

    @Test
    void theRightsThatTheGuideNamesAreEnough() throws Exception {
        server.userOfTheGuide("guided", PASSWORD);
        String url = server.url().replaceFirst("//\\w+@", "//guided@") + "guided";
        try (SqlDatabase database = SqlDatabase.open(url, Optional.of(PASSWORD));
                SessionStore store = new SqlSessionStore(database)) {
            StoredSession session = Sessions.of(Sessions.user(), now).build();
            store.create(session, PerUserLimit.DEFAULT);
            assertThat(store.endAll(
                            session.principal().orElseThrow().id(),
                            Cutoff.everything(now),
                            EndReason.REVOKED_BY_ADMIN,
                            now))
                    .containsExactly(session.id());
            assertThat(store.purge(now.plusSeconds(1), 10)).isEqualTo(1);
        }
    }

    @Test
    void aDatabaseThatIsNotThereIsToldSo() throws Exception {
        refused(server.url() + "nosuchdatabase", "no database of that name", "CREATE DATABASE nosuchdatabase");
    }

    @Test
    void aServerThatIsNotThereIsToldSo() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        refused(
                server.url().replaceFirst(":\\d+/", ":" + port + "/db"),
                "can't be reached",
                "Start " + server + ", or correct host and port");
    }

    @Test
    void aHostThatNobodyKnowsIsToldSo() {
        refused(server.scheme() + "://user@coatcheck.invalid/db", "host name is not known here", "Correct the host");
    }

    static void refused(String url, String why, String way) {
        assertThatThrownBy(() -> SqlDatabase.open(url))
                .isInstanceOf(DatabaseSetupException.class)
                .hasMessageContaining(why)
                .hasMessageContaining(way)
                .message()
                .doesNotContain(PASSWORD)
                .doesNotContain("\n");
    }

    @Test
    void anAddressThatIsWrittenWronglyIsNotRepeated() {
        for (String rest : List.of(
                "://user:" + PASSWORD + "@/db",
                "://user:" + PASSWORD + "@host:99999/db",
                "://user:" + PASSWORD + "@host",
                "://user:" + PASSWORD + "@host/db?socketFactory=x",
                "://user:" + PASSWORD + "@host/db?pool=0",
                "://user:" + PASSWORD + "@host/db?sslmode=none",
                "://user:" + PASSWORD + "%zz@host/db")) {
            assertThatThrownBy(() -> SqlDatabase.open(server.scheme() + rest))
                    .isInstanceOf(DatabaseSetupException.class)
                    .message()
                    .doesNotContain(PASSWORD);
        }
        assertThat(ServerAddress.of(server.scheme() + "://user:p%40ss+@host/db", Optional.empty()))
                .hasToString(
                        server.scheme() + "://user@host:" + (server == ServerFixture.POSTGRESQL ? 5432 : 3306) + "/db")
                .satisfies(address -> assertThat(address.password()).contains("p@ss+"));
    }

    @Test
    void aCertificateThatNobodyWouldLookAtIsRefused() {
        for (String rest : List.of(
                "?sslrootcert=/ca.pem",
                "?sslmode=require&sslrootcert=/ca.pem",
                "?sslrootcert=/ca.pem&sslmode=disable")) {
            refused(
                    server.scheme() + "://user@host/db" + rest,
                    "sslmode=verify-ca and verify-full alone",
                    "Add sslmode=");
        }
        refused(
                server.scheme() + "://user@host/db?sslmode=verify-full&sslrootcert=/ca%26allowLocalInfile=true",
                "has an & or a control character",
                "another name");
        assertThat(ServerAddress.of(
                                server.scheme() + "://user@host/db?sslrootcert=/ca.pem&sslmode=verify-ca",
                                Optional.empty())
                        .parameter("sslrootcert"))
                .contains("/ca.pem");
    }

    /** Whatever it was, what it began would have been the next caller's. */
    @Test
    void aFailureThatIsTheCallersLeavesNoOpenTransactionBehind() throws Exception {
        ServerAddress address = ServerAddress.of(server.emptyDatabase() + "?pool=1", Optional.empty());
        try (Engine engine = new PooledEngine(DatabaseServer.at(address, Tells.ENDINGS), Telling.here())) {
            engine.write("make", Engine.Urgency.ORDINARY, sql -> sql.update("CREATE TABLE left_behind (a integer)"));
            assertThatThrownBy(() -> engine.write("begin", Engine.Urgency.ORDINARY, sql -> {
                        sql.run("BEGIN");
                        sql.update("INSERT INTO left_behind VALUES (1)");
                        throw new IllegalStateException("a bug");
                    }))
                    .hasMessage("a bug");
            assertThat(engine.<List<Integer>>read(
                            "look", sql -> sql.all("SELECT a FROM left_behind", row -> row.getInt(1))))
                    .isEmpty();
        }
    }

    @Test
    void manyNodesMayMakeTheTablesAtOnce() throws Exception {
        for (int round = 0; round < Rounds.of(2, 10); round++) {
            String url = server.emptyDatabase();
            List<SqlDatabase> nodes = Race.of(4, i -> () -> SqlDatabase.open(url + "?pool=2"));
            try (SessionStore store = new SqlSessionStore(nodes.get(3))) {
                assertThat(store.find(Sessions.id())).isEmpty();
            } finally {
                nodes.forEach(SqlDatabase::close);
            }
        }
    }

    /** MariaDB went on without the lock; PostgreSQL waited twice as long, and then could not be reached. */
    @Test
    void aLockThatAnotherNodeKeepsIsSaid() throws Exception {
        String url = server.emptyDatabase();
        DatabaseServer opened = DatabaseServer.at(ServerAddress.of(url, Optional.empty()), Tells.ENDINGS);
        try (Connection other = ServerFixture.connect(url);
                Statement statement = other.createStatement()) {
            assertThat(opened.lock(statement, 1)).isTrue();
            assertThatThrownBy(() -> DatabaseServer.prepare(opened, 1))
                    .isInstanceOf(DatabaseSetupException.class)
                    .hasMessageContaining("another node has been at its tables for 1 s")
                    .hasMessageContaining("Start this one again");
        }
        DatabaseServer.prepare(opened, 1);
    }

    @Test
    void tablesOfAnotherProgramAreLeftAlone() throws Exception {
        String url = server.emptyDatabase();
        try (var connection = ServerFixture.connect(url);
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE another_program (a integer)");
            SqlDatabase.open(url).close();
            SqlDatabase.open(url).close();
            statement.execute("SELECT a FROM another_program");
        }
    }

    @Test
    void manyMayCleanUpAtOnceAndTakeEachRecordOnce() throws Exception {
        try (ServerDatabases databases = new ServerDatabases(server);
                SqlDatabase second = SqlDatabase.open(databases.url());
                SqlDatabase third = SqlDatabase.open(databases.url())) {
            List<SessionStore> nodes = List.of(
                    new SqlSessionStore(databases.database()), new SqlSessionStore(second), new SqlSessionStore(third));
            for (int round = 0; round < Rounds.of(3, 30); round++) {
                for (int i = 0; i < 300; i++) {
                    nodes.get(0)
                            .create(
                                    Sessions.anonymous(now)
                                            .expiresAt(now.minusSeconds(60 + i))
                                            .build(),
                                    PerUserLimit.DEFAULT);
                }
                StoredSession living = Sessions.of(Sessions.user(), now).build();
                nodes.get(0).create(living, PerUserLimit.DEFAULT);
                List<Integer> gone = Race.of(6, i -> () -> {
                    int all = 0;
                    for (int batch = 0; batch < 40; batch++) {
                        all += nodes.get(i % 3).purge(now, 20);
                    }
                    return all;
                });
                assertThat(gone.stream().mapToInt(Integer::intValue).sum()).isEqualTo(300);
                assertThat(nodes.get(1).find(living.id())).contains(living);
            }
        }
    }

    @Test
    void theServersClockIsTold() throws Exception {
        try (ServerDatabases databases = new ServerDatabases(server);
                SessionStore store = new SqlSessionStore(databases.database())) {
            assertThat(store.serverTime())
                    .hasValueSatisfying(time -> assertThat(
                                    Duration.between(time, Instant.now()).abs())
                            .isLessThan(Duration.ofSeconds(2)));
        }
    }

    @Test
    void aSilentServerIsUnavailableSoonHoweverManyAskAndIsBackByItself() throws Exception {
        try (ServerDatabases databases = new ServerDatabases(server);
                SilentProxy proxy = new SilentProxy(databases.port());
                SqlDatabase node = SqlDatabase.open(databases.urlAt(proxy.port()));
                SessionStore store = new SqlSessionStore(node)) {
            StoredSession session = Sessions.of(Sessions.user(), now).build();
            store.create(session, PerUserLimit.DEFAULT);
            proxy.cut();
            List<Duration> waits = Race.of(64, i -> () -> {
                long from = System.nanoTime();
                assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> {
                    if (i % 2 == 0) {
                        store.find(session.id());
                    } else {
                        store.end(session.id(), EndReason.SIGNED_OUT, now);
                    }
                });
                return Duration.ofNanos(System.nanoTime() - from);
            });
            Duration longest = waits.stream().max(Duration::compareTo).orElseThrow();
            System.out.printf(
                    "%s, silent: %d callers waited %d ms at most%n", server, waits.size(), longest.toMillis());
            assertThat(longest).isLessThan(longestWait());
            proxy.mend();
            long mended = System.nanoTime();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(15))
                    .pollInterval(Duration.ofMillis(50))
                    .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                    .untilAsserted(() -> assertThat(store.find(session.id())).isPresent());
            System.out.printf(
                    "%s, back %d ms after it speaks again%n", server, (System.nanoTime() - mended) / 1_000_000);
        }
    }

    /** What a caller waits for a connection and then for its answer, and a reserve. */
    Duration longestWait() {
        return Duration.ofMillis(4_500);
    }

    @Test
    void moreCallersThanMayWaitAreRefusedAtOnce() throws Exception {
        try (ServerDatabases databases = new ServerDatabases(server);
                SilentProxy proxy = new SilentProxy(databases.port());
                SqlDatabase node = SqlDatabase.open(databases.urlAt(proxy.port()) + "?pool=1");
                SessionStore store = new SqlSessionStore(node)) {
            store.find(Sessions.id());
            proxy.cut();
            List<String> messages = Race.of(PooledEngine.CALLERS + 32, i -> () -> {
                try {
                    store.find(Sessions.id());
                    return "";
                } catch (StoreUnavailableException e) {
                    return String.valueOf(e.getMessage());
                }
            });
            assertThat(messages).noneMatch(String::isEmpty);
            assertThat(messages.stream().filter(message -> message.contains("too much to do")))
                    .hasSizeGreaterThanOrEqualTo(31);
        }
    }

    @Test
    void aClosedDatabaseSaysSo() throws Exception {
        ServerDatabases databases = new ServerDatabases(server);
        SessionStore store = new SqlSessionStore(databases.database());
        databases.close();
        databases.close();
        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> store.find(Sessions.id()))
                .withMessageContaining("closed");
    }
}
