package dev.coatcheck.stores.sql;

import dev.coatcheck.store.CounterStore;
import dev.coatcheck.testkit.CounterStoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The counters' contract on a real server, by two nodes with a pool each. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ServerCounterTests extends CounterStoreContract {
    private final ServerFixture server;
    private ServerDatabases databases;
    private SqlDatabase second;

    ServerCounterTests(ServerFixture server) {
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

    @Override
    protected CounterStore open() {
        return new SqlCounterStore(databases.emptied());
    }

    @Override
    protected CounterStore another() {
        return new SqlCounterStore(second);
    }
}
