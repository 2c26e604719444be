package dev.coatcheck.stores.sql;

import dev.coatcheck.store.SessionStore;
import dev.coatcheck.stores.tests.JettyStoreTests;
import dev.coatcheck.testkit.PipelineContract;
import dev.coatcheck.testkit.SessionStoreContract;
import dev.coatcheck.testkit.SessionStoreModelCheck;
import dev.coatcheck.testkit.SessionStoreRaces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class SqliteSessionStoreTest {
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
}
