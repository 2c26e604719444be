package dev.coatcheck.stores.sql;

import dev.coatcheck.store.CutoffStore;
import dev.coatcheck.testkit.CutoffStoreContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** By two processes' worth of connections to one file. */
class SqliteCutoffStoreTest extends CutoffStoreContract {
    @TempDir
    static Path folder;

    private SqliteFixture sqlite;
    private SqlDatabase second;

    @Override
    protected CutoffStore open() throws IOException {
        closeTheDatabase();
        sqlite = SqliteFixture.in(folder);
        second = SqlDatabase.sqlite(sqlite.file());
        return new SqlCutoffStore(sqlite.database());
    }

    @Override
    protected CutoffStore another() {
        return new SqlCutoffStore(second);
    }

    @AfterEach
    void closeTheDatabase() {
        if (second != null) {
            second.close();
            sqlite.close();
        }
    }
}
