package dev.coatcheck.stores.sql;

import dev.coatcheck.accounts.UserStore;
import dev.coatcheck.accounts.UserStoreContract;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.stores.tests.JettyStoreTests;
import dev.coatcheck.testkit.PipelineContract;
import dev.coatcheck.testkit.SessionStoreContract;
import dev.coatcheck.testkit.SessionStoreModelCheck;
import dev.coatcheck.testkit.SessionStoreRaces;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;

/** All contracts on a real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ServerSessionStoreTests {
    private final ServerFixture server;
    private ServerDatabases databases;

    ServerSessionStoreTests(ServerFixture server) {
        this.server = server;
    }

    @BeforeAll
    void openTheDatabase() throws Exception {
        databases = new ServerDatabases(server);
    }

    @AfterAll
    void closeTheDatabase() {
        databases.close();
    }

    @Nested
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
    class Races extends SessionStoreRaces {
        @Override
        protected SessionStore open() {
            return databases.emptyStore();
        }
    }

    @Nested
    class Pipeline extends PipelineContract {
        @Override
        protected SessionStore open() {
            return databases.emptyStore();
        }
    }

    @Nested
    class Model extends SessionStoreModelCheck {
        @Override
        protected SessionStore open() {
            return databases.emptyStore();
        }
    }

    @Nested
    class Jetty extends JettyStoreTests {
        Jetty() throws Exception {}

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
    class Users extends UserStoreContract {
        @Override
        protected UserStore open() {
            return new SqlUserStore(databases.emptied());
        }
    }
}
