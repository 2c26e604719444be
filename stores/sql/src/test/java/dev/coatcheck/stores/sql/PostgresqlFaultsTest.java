package dev.coatcheck.stores.sql;

import dev.coatcheck.store.SessionStore;
import dev.coatcheck.testkit.StoreFaults;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The row of the durability table that loses nothing, though commits may be lost there. In thorough runs: it takes its time. */
@EnabledIfSystemProperty(named = "coatcheck.thorough", matches = "true")
class PostgresqlFaultsTest extends StoreFaults {
    private final PostgresqlProcess postgresql = new PostgresqlProcess();

    PostgresqlFaultsTest() throws IOException {}

    @AfterEach
    void end() throws IOException {
        postgresql.close();
    }

    @Override
    protected SessionStore open() {
        return new OwnDatabase(SqlDatabase.open(postgresql.url())).store();
    }

    @Override
    protected Server server() {
        return postgresql;
    }
}
