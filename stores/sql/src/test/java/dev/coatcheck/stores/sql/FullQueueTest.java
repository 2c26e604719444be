package dev.coatcheck.stores.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionChange.AttributeChange.Put;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Sessions;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** PostgreSQL's queue of notifications, filled by somebody else who listens and never comes to read. */
class FullQueueTest {
    private static final int MOST_NOTICES = 100_000;

    private final Instant now = Instant.now();
    private final StoredSession session = Sessions.of(Sessions.user(), now).build();

    @Test
    void aNodeThatStartsWhileItIsFullReadsAndWritesNothingUntold() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setServerConfig("max_notify_queue_pages", "64")
                .start()) {
            String url = "postgresql://postgres@127.0.0.1:" + server.getPort() + "/postgres";
            String jdbc = "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres?user=postgres";
            try (SqlDatabase before = SqlDatabase.open(url);
                    SqlSessionStore store = new SqlSessionStore(before)) {
                store.create(session, PerUserLimit.DEFAULT);
            }
            try (Connection listens = DriverManager.getConnection(jdbc);
                    Connection tells = DriverManager.getConnection(jdbc);
                    Statement holdsUp = listens.createStatement();
                    Statement fills = tells.createStatement()) {
                holdsUp.execute("LISTEN another_program");
                listens.setAutoCommit(false);
                holdsUp.execute("SELECT 1");
                assertThatThrownBy(() -> fill(fills)).isInstanceOf(SQLException.class);
                try (SqlDatabase started = SqlDatabase.open(url);
                        SqlSessionStore store = new SqlSessionStore(started)) {
                    assertThat(store.find(session.id())).contains(session);
                    assertThatThrownBy(() -> write(store)).isInstanceOf(StoreUnavailableException.class);
                    listens.setAutoCommit(true);
                    holdsUp.execute("SELECT 'what was held up is read now'");
                    // Makes room, as the guide says.
                    fills.execute("SELECT pg_notification_queue_usage()");
                    assertThat(write(store)).isInstanceOf(Changed.Applied.class);
                }
            }
        }
    }

    private Changed write(SqlSessionStore store) {
        return store.apply(
                session.id(), new Guard(now, session.epoch()), SessionChange.NONE.with("cart", new Put("1")));
    }

    private static void fill(Statement tells) throws SQLException {
        for (int i = 0; i < MOST_NOTICES; i++) {
            tells.execute("SELECT pg_notify('another_program', repeat('x', 7900) || " + i + ")");
        }
    }
}
