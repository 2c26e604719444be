package dev.coatcheck.stores.sql;

import dev.coatcheck.store.SessionStore;
import dev.coatcheck.testkit.StoreFaults;
import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;

/** The row of the durability table that loses nothing: log and binary log are synced at each commit. */
abstract class MysqldFaults extends StoreFaults {
    /** How an operator sets up a server that forgets nothing. */
    static final String[] DURABLE = {
        "--max-connections=100", "--innodb-flush-log-at-trx-commit=1", "--log-bin=binlog", "--sync-binlog=1"
    };

    private static MysqldProcess running;

    static void run(MysqldProcess server) {
        running = server;
    }

    @AfterAll
    static void end() throws IOException {
        running.close();
    }

    @Override
    protected SessionStore open() {
        try {
            return new OwnDatabase(SqlDatabase.open(running.emptyDatabase())).store();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected Server server() {
        return running;
    }
}
