package dev.coatcheck.stores.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.coatcheck.store.SessionSignals;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.testkit.Heard;
import dev.coatcheck.testkit.SessionSignalsContract;
import dev.coatcheck.testkit.SessionStoreContract;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PostgreSQL behind a real PgBouncer: one that pools sessions changes nothing, any other is refused at the start. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PgBouncerTest {
    private PgBouncer pooler;
    private ServerDatabases databases;

    @BeforeAll
    void openTheDatabaseBehindIt() throws Exception {
        assumeTrue(PgBouncer.binary().isPresent(), "no pgbouncer here (Debian: apt-get install pgbouncer)");
        pooler = new PgBouncer("session", port(ServerFixture.POSTGRESQL.url() + "any"));
        databases = new ServerDatabases(new Behind(pooler), Tells.EVERY_WRITE);
    }

    @AfterAll
    void close() throws Exception {
        if (databases != null) {
            databases.close();
            pooler.close();
        }
    }

    @Nested
    @EnabledIfSystemProperty(named = "coatcheck.thorough", matches = "true")
    class Contract extends SessionStoreContract {
        @Override
        protected SessionStore open() {
            return databases.emptyStore();
        }

        @Override
        protected Optional<SessionStore> reopen() {
            return Optional.of(databases.reopened());
        }
    }

    @Nested
    class Signals extends SessionSignalsContract {
        @Override
        protected SessionStore open() {
            return databases.emptyStore();
        }

        @Override
        protected Optional<SessionStore> another() {
            return Optional.of(new OwnDatabase(SqlDatabase.open(databases.url() + "?signals=all")).store());
        }
    }

    /** By its name, which the pooler hands on. */
    @Test
    void aNodeBehindItThatDoesNotTellOfEveryWriteIsSeenByTheOthers() throws Exception {
        String url = ServerFixture.POSTGRESQL.emptyDatabase();
        String behind = url.replace(":" + port(url) + "/", ":" + pooler.port() + "/");
        Heard heard = new Heard();
        try (SqlDatabase near = SqlDatabase.open(url + "?signals=all")) {
            SessionSignals signals = new SqlSessionStore(near).signals().orElseThrow();
            signals.subscribe(heard);
            heard.until(() -> signals.provenAt().isPresent(), "proof");
            SqlDatabase.open(behind + "?signals=all").close();
            heard.until(() -> signals.provenAt().isPresent(), "proof");
            int missed;
            try (SqlDatabase quiet = SqlDatabase.open(behind)) {
                heard.until(() -> signals.provenAt().isEmpty(), "the end of the proof");
                assertThat(quiet.telling().tellsEveryWrite()).isFalse();
                missed = heard.timesMissed();
            }
            heard.until(() -> signals.provenAt().isPresent(), "proof");
            assertThat(heard.timesMissed()).isGreaterThan(missed);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"transaction", "statement"})
    void aPoolerThatSharesConnectionsIsRefusedBeforeAnythingIsLeftThere(String mode) throws Exception {
        String url = ServerFixture.POSTGRESQL.emptyDatabase();
        try (PgBouncer sharing = new PgBouncer(mode, port(url))) {
            String behind = url.replace(":" + port(url) + "/", ":" + sharing.port() + "/");
            for (int start = 0; start < 3; start++) {
                long began = System.nanoTime();
                assertThatThrownBy(() -> SqlDatabase.open(behind))
                        .isInstanceOf(DatabaseSetupException.class)
                        .hasMessageContaining("a pooler stands before it")
                        .hasMessageContaining("pool_mode = session");
                assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
            }
            assertThat(locks(url)).isZero();
            SqlDatabase.open(url).close();
        }
    }

    private static long locks(String url) throws Exception {
        try (Connection connection = ServerFixture.connect(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
                        + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static int port(String url) {
        return ServerAddress.of(url, Optional.empty()).port();
    }

    /** The same server, by the pooler's address; its administrator comes past it. */
    private static final class Behind extends ServerFixture {
        private final PgBouncer pooler;

        Behind(PgBouncer pooler) {
            this.pooler = pooler;
        }

        @Override
        String url() {
            return "postgresql://postgres@127.0.0.1:" + pooler.port() + "/";
        }

        @Override
        Connection administrator() throws Exception {
            return POSTGRESQL.administrator();
        }

        @Override
        void userWithoutRights(String name, String password) throws Exception {
            POSTGRESQL.userWithoutRights(name, password);
        }

        @Override
        void userOfTheGuide(String name, String password) throws Exception {
            POSTGRESQL.userOfTheGuide(name, password);
        }

        @Override
        ServerWork work(SqlDatabase measured) {
            return POSTGRESQL.work(measured);
        }

        @Override
        public String toString() {
            return POSTGRESQL.toString();
        }
    }
}
