package dev.coatcheck.stores.sql;

import dev.coatcheck.accounts.UserStore;
import dev.coatcheck.accounts.UserStoreContract;
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
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;

/** All contracts on a real server; where one asks for another node, it has a pool of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ServerStoreTests {
    private final ServerFixture server;
    private ServerDatabases databases;
    private SqlDatabase second;

    ServerStoreTests(ServerFixture server) {
        this.server = server;
    }

    @BeforeAll
    void openTheDatabase() throws Exception {
        databases = new ServerDatabases(server);
        second = SqlDatabase.open(databases.url());
    }

    @AfterAll
    void closeTheDatabase() {
        second.close();
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

    @Nested
    class Counters extends CounterStoreContract {
        @Override
        protected CounterStore open() {
            return new SqlCounterStore(databases.emptied());
        }

        @Override
        protected CounterStore another() {
            return new SqlCounterStore(second);
        }
    }

    @Nested
    class Cutoffs extends CutoffStoreContract {
        @Override
        protected CutoffStore open() {
            return new SqlCutoffStore(databases.emptied());
        }

        @Override
        protected CutoffStore another() {
            return new SqlCutoffStore(second);
        }
    }

    @Nested
    class Tokens extends TokenStoreContract {
        @Override
        protected TokenStore open() {
            return new SqlTokenStore(databases.emptied());
        }

        @Override
        protected TokenStore another() {
            return new SqlTokenStore(second);
        }
    }
}
