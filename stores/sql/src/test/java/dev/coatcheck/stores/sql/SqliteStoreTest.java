package dev.coatcheck.stores.sql;

import dev.coatcheck.store.CounterStore;
import dev.coatcheck.store.CutoffStore;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.TokenStore;
import dev.coatcheck.stores.tests.JettyStoreTests;
import dev.coatcheck.testkit.CounterStoreContract;
import dev.coatcheck.testkit.CutoffStoreContract;
import dev.coatcheck.testkit.PipelineContract;
import dev.coatcheck.testkit.SessionStoreContract;
import dev.coatcheck.testkit.SessionStoreModelCheck;
import dev.coatcheck.testkit.SessionStoreRaces;
import dev.coatcheck.testkit.TokenStoreContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** All contracts on SQLite; where one asks for another node, it has connections of its own to the same file. */
class SqliteStoreTest {
    @TempDir
    static Path folder;

    private SqliteFixture sqlite;

    @BeforeEach
    void openTheDatabase() throws IOException {
        sqlite = SqliteFixture.in(folder);
    }

    @AfterEach
    void closeTheDatabase() {
        sqlite.close();
    }

    @Nested
    class Contract extends SessionStoreContract {
        @Override
        protected SessionStore open() {
            return sqlite.store();
        }

        @Override
        protected Optional<SessionStore> reopen() {
            return Optional.of(sqlite.reopened());
        }
    }

    @Nested
    class Races extends SessionStoreRaces {
        @Override
        protected SessionStore open() {
            return sqlite.store();
        }
    }

    @Nested
    class Pipeline extends PipelineContract {
        @Override
        protected SessionStore open() {
            return sqlite.store();
        }
    }

    @Nested
    class Model extends SessionStoreModelCheck {
        @Override
        protected SessionStore open() {
            return sqlite.store();
        }
    }

    @Nested
    class Jetty extends JettyStoreTests {
        Jetty() throws Exception {}

        @Override
        protected SessionStore open() {
            return sqlite.store();
        }

        @Override
        protected Optional<SessionStore> reopen() {
            return Optional.of(sqlite.reopened());
        }
    }

    @Nested
    class Counters extends CounterStoreContract {
        @Override
        protected CounterStore open() {
            return new SqlCounterStore(sqlite.database());
        }

        @Override
        protected CounterStore another() {
            return new SqlCounterStore(sqlite.another());
        }
    }

    @Nested
    class Cutoffs extends CutoffStoreContract {
        @Override
        protected CutoffStore open() {
            return new SqlCutoffStore(sqlite.database());
        }

        @Override
        protected CutoffStore another() {
            return new SqlCutoffStore(sqlite.another());
        }
    }

    @Nested
    class Tokens extends TokenStoreContract {
        @Override
        protected TokenStore open() {
            return new SqlTokenStore(sqlite.database());
        }

        @Override
        protected TokenStore another() {
            return new SqlTokenStore(sqlite.another());
        }
    }
}
