package dev.coatcheck.stores.sql;

import dev.coatcheck.store.SessionStore;
import dev.coatcheck.testkit.SessionStoreModelCheck;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteSessionStoreModelTest extends SessionStoreModelCheck {
    @TempDir
    static Path folder;

    private @Nullable SqliteFixture sqlite;

    @Override
    protected SessionStore open() throws IOException {
        sqlite = SqliteFixture.in(folder);
        return sqlite.store();
    }

    @AfterEach
    void closeTheDatabase() {
        sqlite.close();
    }
}
