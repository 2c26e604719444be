package dev.coatcheck.stores.sql;

import dev.coatcheck.store.TokenStore;
import dev.coatcheck.testkit.TokenStoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The tokens' contract on a real server, by two nodes with a pool each. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ServerTokenTests extends TokenStoreContract {
    private final ServerFixture server;
    private ServerDatabases databases;
    private SqlDatabase second;

    ServerTokenTests(ServerFixture server) {
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
    protected TokenStore open() {
        return new SqlTokenStore(databases.emptied());
    }

    @Override
    protected TokenStore another() {
        return new SqlTokenStore(second);
    }
}
