package dev.coatcheck.stores.sql;

import dev.coatcheck.store.CutoffStore;
import dev.coatcheck.testkit.CutoffStoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The lines' contract on a real server, by two nodes with a pool each. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ServerCutoffTests extends CutoffStoreContract {
    private final ServerFixture server;
    private ServerDatabases databases;
    private SqlDatabase second;

    ServerCutoffTests(ServerFixture server) {
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
    protected CutoffStore open() {
        return new SqlCutoffStore(databases.emptied());
    }

    @Override
    protected CutoffStore another() {
        return new SqlCutoffStore(second);
    }
}
