package dev.coatcheck.stores.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.store.Guard;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionChange.AttributeChange;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Rounds;
import dev.coatcheck.testkit.Sessions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What MariaDB and MySQL have in common beside {@link ServerDatabaseTests}. */
abstract class MysqldDatabaseTests extends ServerDatabaseTests {
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final ServerFixture server;

    MysqldDatabaseTests(ServerFixture server) {
        super(server);
        this.server = server;
    }

    /** Its sessions would be old, and every write 503. */
    @Test
    void aServerThatIsReadOnlyIsRefused() throws Exception {
        String url = server.emptyDatabase();
        server.say("SET GLOBAL read_only = 1");
        try {
            assertThatThrownBy(() -> SqlDatabase.open(url))
                    .isInstanceOf(DatabaseSetupException.class)
                    .hasMessageContaining("it is read only, as a replica is")
                    .hasMessageContaining("Name the primary");
        } finally {
            server.say("SET GLOBAL read_only = 0");
        }
        SqlDatabase.open(url).close();
    }

    @Test
    void whatRequestsSendIsPreparedOnceForAConnectionAndNothingElseIs() throws Exception {
        try (ServerDatabases databases = new ServerDatabases(server);
                SqlDatabase database = SqlDatabase.open(databases.url() + "?pool=1");
                SessionStore store = new SqlSessionStore(database)) {
            long before = status("Com_stmt_prepare");
            long executed = status("Com_stmt_execute");
            everything(store, 20);
            assertThat(status("Com_stmt_prepare") - before).isEqualTo(2);
            assertThat(status("Com_stmt_execute") - executed).isEqualTo(60);
        }
    }

    /** What is prepared was prepared for the table as it was. */
    @Test
    void aColumnThatANewerNodeAddsDisturbsNobody() throws Exception {
        try (ServerDatabases databases = new ServerDatabases(server);
                SqlDatabase database = SqlDatabase.open(databases.url() + "?pool=1");
                SessionStore store = new SqlSessionStore(database);
                Connection newer = ServerFixture.connect(databases.url());
                Statement statement = newer.createStatement()) {
            everything(store, 3);
            statement.execute(
                    "ALTER TABLE sessions ADD COLUMN a_later_one text, ADD COLUMN first_of_all integer FIRST");
            everything(store, 3);
        }
    }

    /** Another program may have taken it, or the operator may have none of it. */
    @Test
    void withoutRoomForPreparedStatementsAllGoesAsText() throws Exception {
        long room = number("SELECT @@global.max_prepared_stmt_count");
        try (ServerDatabases databases = new ServerDatabases(server);
                SqlDatabase database = SqlDatabase.open(databases.url());
                SessionStore store = new SqlSessionStore(database)) {
            server.say("SET GLOBAL max_prepared_stmt_count = 0");
            everything(store, 3);
        } finally {
            server.say("SET GLOBAL max_prepared_stmt_count = " + room);
        }
    }

    /** A statement that finds no room has as many arguments as the one before it: that one must not be run instead. */
    @Test
    void whereRoomForPreparedStatementsRunsOutNoOtherStatementIsRunInstead() throws Exception {
        long room = number("SELECT @@global.max_prepared_stmt_count");
        try (ServerDatabases databases = new ServerDatabases(server);
                SqlDatabase database = SqlDatabase.open(databases.url() + "?pool=1");
                SessionStore store = new SqlSessionStore(database)) {
            StoredSession session = Sessions.of(Sessions.user(), now)
                    .attribute("a", "1")
                    .attribute("b", "2")
                    .build();
            store.create(session, PerUserLimit.DEFAULT);
            Guard guard = new Guard(now, 0);
            store.apply(session.id(), guard, SessionChange.NONE.with("note", new AttributeChange.Put("3")));
            server.say("SET GLOBAL max_prepared_stmt_count = 0");
            store.apply(
                    session.id(),
                    guard,
                    SessionChange.NONE.with("a", new AttributeChange.Remove()).with("b", new AttributeChange.Remove()));
            assertThat(store.find(session.id()).orElseThrow().attributes()).containsOnlyKeys("note");
        } finally {
            server.say("SET GLOBAL max_prepared_stmt_count = " + room);
        }
    }

    /** What was prepared is prepared anew, however often its table leaves the server's cache. */
    @Test
    void tablesThatAreFlushedAllTheTimeDisturbNobody() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        try (ServerDatabases databases = new ServerDatabases(server);
                SqlDatabase database = SqlDatabase.open(databases.url());
                SessionStore store = new SqlSessionStore(database)) {
            FutureTask<Integer> flushing = new FutureTask<>(() -> {
                int times = 0;
                for (; !over.get(); times++) {
                    server.say("FLUSH TABLES");
                }
                return times;
            });
            new Thread(flushing).start();
            try {
                everything(store, Rounds.of(20, 300));
            } finally {
                over.set(true);
            }
            assertThat(flushing.get()).isPositive();
        }
    }

    private void everything(SessionStore store, int times) {
        for (int i = 0; i < times; i++) {
            StoredSession session = Sessions.of(Sessions.user(), now).build();
            store.create(session, PerUserLimit.DEFAULT);
            SessionChange note = SessionChange.NONE.with("note", new AttributeChange.Put("\"" + i + "\""));
            store.apply(session.id(), new Guard(now, 0), note);
            SessionChange many = SessionChange.NONE;
            for (int each = 0; each < 6; each++) {
                many = many.with("many." + each, new AttributeChange.Put("" + i));
            }
            store.apply(session.id(), new Guard(now, 0), many);
            StoredSession found = store.find(session.id()).orElseThrow();
            assertThat(found.attributes()).hasSize(7);
            assertThat(found.revision()).isEqualTo(session.revision() + 2);
            assertThat(store.list(session.principal().orElseThrow().id(), Optional.empty(), 10, now)
                            .items())
                    .hasSize(1);
            assertThat(store.find(Sessions.id())).isEmpty();
        }
    }

    private long status(String name) throws Exception {
        return number("SHOW GLOBAL STATUS LIKE '" + name + "'");
    }

    private long number(String query) throws Exception {
        try (Connection connection = server.administrator();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(row.getMetaData().getColumnCount());
        }
    }
}
