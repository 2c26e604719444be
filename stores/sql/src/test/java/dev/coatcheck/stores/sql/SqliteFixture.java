package dev.coatcheck.stores.sql;

import dev.coatcheck.store.SessionStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A SQLite database in a folder of its own, which can be closed and opened again. */
final class SqliteFixture implements AutoCloseable {
    private final Path folder;
    private SqlDatabase database;
    private Optional<SqlDatabase> another = Optional.empty();

    private SqliteFixture(Path folder) {
        this.folder = folder;
        this.database = SqlDatabase.sqlite(file());
    }

    static SqliteFixture in(Path parent) throws IOException {
        return new SqliteFixture(Files.createTempDirectory(parent, "db"));
    }

    Path file() {
        return folder.resolve("coatcheck.db");
    }

    SqlDatabase database() {
        return database;
    }

    SessionStore store() {
        return new SqlSessionStore(database);
    }

    SessionStore reopened() {
        database.close();
        database = SqlDatabase.sqlite(file());
        return store();
    }

    /** The same file, opened once more. */
    SqlDatabase another() {
        SqlDatabase opened = another.orElseGet(() -> SqlDatabase.sqlite(file()));
        another = Optional.of(opened);
        return opened;
    }

    @Override
    public void close() {
        another.ifPresent(SqlDatabase::close);
        database.close();
    }
}
