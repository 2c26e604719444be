package dev.coatcheck.stores.sql;

import dev.coatcheck.store.TokenStore;
import dev.coatcheck.testkit.TokenStoreContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** By two processes' worth of connections to one file. */
class SqliteTokenStoreTest extends TokenStoreContract {
    @TempDir
    static Path folder;

    private SqliteFixture sqlite;
    private SqlDatabase second;

    @Override
    protected TokenStore open() throws IOException {
        closeTheDatabase();
        sqlite = SqliteFixture.in(folder);
        second = SqlDatabase.sqlite(sqlite.file());
        return new SqlTokenStore(sqlite.database());
    }

    @Override
    protected TokenStore another() {
        return new SqlTokenStore(second);
    }

    @AfterEach
    void closeTheDatabase() {
        if (second != null) {
            second.close();
            sqlite.close();
        }
    }
}
