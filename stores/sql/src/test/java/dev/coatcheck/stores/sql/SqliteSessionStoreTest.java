package dev.coatcheck.stores.sql;

import dev.coatcheck.store.SessionStore;
import dev.coatcheck.testkit.SessionStoreContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteSessionStoreTest extends SessionStoreContract {
    @TempDir
    static Path folder;

    private @Nullable SqliteFixture sqlite;

    @Override
    protected SessionStore open() throws IOException {
        sqlite = SqliteFixture.in(folder);
        return sqlite.store();
    }

    @Override
    protected Optional<SessionStore> reopen() {
        return Optional.of(sqlite.reopened());
    }

    @AfterEach
    void closeTheDatabase() {
        sqlite.close();
    }
}
