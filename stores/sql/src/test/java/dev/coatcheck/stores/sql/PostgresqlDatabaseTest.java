package dev.coatcheck.stores.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionSignal;
import dev.coatcheck.store.SessionSignals;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Sessions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class PostgresqlDatabaseTest extends ServerDatabaseTests {
    PostgresqlDatabaseTest() {
        super(ServerFixture.POSTGRESQL);
    }

    /** Its sessions would be old, and every write 503. */
    @Test
    void aStandbyIsRefused() throws Exception {
        try (PostgresqlProcess standby = new PostgresqlProcess()) {
            standby.stop();
            standby.isStandby();
            standby.startAgain();
            assertThatThrownBy(() -> SqlDatabase.open(standby.url()))
                    .isInstanceOf(DatabaseSetupException.class)
                    .hasMessageContaining("it is a standby")
                    .hasMessageContaining("Name the primary");
        }
    }

    @Test
    void aServerWithoutTlsIsNotSaidToBeAway() throws Exception {
        refused(
                ServerFixture.POSTGRESQL.emptyDatabase() + "?sslmode=require",
                "no encrypted connection to it: The server does not support SSL.",
                "Set TLS up on the server, or correct sslmode and sslrootcert");
    }

    private static boolean isRefused(String url) {
        try (Connection connection = ServerFixture.connect(url)) {
            return connection.isClosed();
        } catch (SQLException e) {
            return true;
        }
    }

    @Test
    void aServerThatWantsTlsSaysSo() throws Exception {
        try (PostgresqlProcess server = new PostgresqlProcess()) {
            try (Connection connection = ServerFixture.connect(server.url());
                    Statement statement = connection.createStatement()) {
                String file;
                try (ResultSet row = statement.executeQuery("SHOW hba_file")) {
                    row.next();
                    file = row.getString(1);
                }
                Files.writeString(Path.of(file), "hostssl all all 127.0.0.1/32 trust\n");
                statement.execute("SELECT pg_reload_conf()");
            }
            Awaitility.await().until(() -> isRefused(server.url()));
            refused(
                    server.url() + "?sslmode=disable",
                    "it lets nobody in from here without TLS",
                    "Add sslmode=verify-full at the end of the address");
        }
    }

    @Test
    void unlessSomebodyAsksForMoreEndingsAndPrivilegesAreToldAndSilenceIsNoProof() throws Exception {
        List<SessionSignal> heard = new CopyOnWriteArrayList<>();
        Instant now = Instant.now();
        try (ServerDatabases databases = new ServerDatabases(ServerFixture.POSTGRESQL);
                SqlDatabase database = SqlDatabase.open(databases.url());
                SessionStore store = new SqlSessionStore(database)) {
            SessionSignals signals = store.signals().orElseThrow();
            assertThat(signals.reachEveryNode()).isFalse();
            signals.subscribe(new SessionSignals.Listener() {
                @Override
                public void heard(SessionSignal signal) {
                    heard.add(signal);
                }

                @Override
                public void missed() {}
            });
            Awaitility.await().until(() -> signals.provenAt().isPresent());
            StoredSession session = Sessions.anonymous(now).build();
            store.create(session, PerUserLimit.DEFAULT);
            store.apply(session.id(), new Guard(now, 0), SessionChange.NONE);
            store.apply(
                    session.id(), new Guard(now, 0), SessionChange.NONE.with(Sessions.signIn(Sessions.user(), now)));
            store.end(session.id(), EndReason.SIGNED_OUT, now);
            Awaitility.await().until(() -> heard.size() > 1);
            assertThat(heard)
                    .containsExactly(
                            new SessionSignal.Written(session.id(), session.revision() + 2),
                            new SessionSignal.Ended(session.id(), EndReason.SIGNED_OUT));
        }
    }
}
