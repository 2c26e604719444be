package dev.coatcheck.stores.sql;

import dev.coatcheck.store.CounterStore;
import dev.coatcheck.testkit.CounterStoreContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** By two processes' worth of connections to one file. */
class SqliteCounterStoreTest extends CounterStoreContract {
    @TempDir
    static Path folder;

    private SqliteFixture sqlite;
    private SqlDatabase second;

    @Override
    protected CounterStore open() throws IOException {
        closeTheDatabase();
        sqlite = SqliteFixture.in(folder);
        second = SqlDatabase.sqlite(sqlite.file());
        return new SqlCounterStore(sqlite.database());
    }

    @Override
    protected CounterStore another() {
        return new SqlCounterStore(second);
    }

    @AfterEach
    void closeTheDatabase() {
        if (second != null) {
            second.close();
            sqlite.close();
        }
    }
}
