package dev.coatcheck.stores.sql;

import dev.coatcheck.accounts.SharedThrottleTests;
import dev.coatcheck.store.CounterStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes, each with connections of its own, on one database of each kind. */
class SharedThrottleTest {
    @TempDir
    static Path folder;

    private final List<SqlDatabase> open = new ArrayList<>();

    @AfterEach
    void closeTheDatabases() {
        open.forEach(SqlDatabase::close);
    }

    private List<CounterStore> on(String url) {
        for (int i = 0; i < 2; i++) {
            open.add(SqlDatabase.open(url));
        }
        return open.stream().<CounterStore>map(SqlCounterStore::new).toList();
    }

    @Nested
    class Sqlite extends SharedThrottleTests {
        @Override
        protected List<CounterStore> nodes() throws Exception {
            try (SqliteFixture fixture = SqliteFixture.in(folder)) {
                return on("sqlite:" + fixture.file());
            }
        }
    }

    @Nested
    class Postgresql extends SharedThrottleTests {
        @Override
        protected List<CounterStore> nodes() throws Exception {
            return on(ServerFixture.POSTGRESQL.emptyDatabase());
        }
    }

    @Nested
    class Mariadb extends SharedThrottleTests {
        @Override
        protected List<CounterStore> nodes() throws Exception {
            return on(ServerFixture.MARIADB.emptyDatabase());
        }
    }

    @Nested
    class Mysql extends SharedThrottleTests {
        @Override
        protected List<CounterStore> nodes() throws Exception {
            return on(ServerFixture.MYSQL.emptyDatabase());
        }
    }
}
