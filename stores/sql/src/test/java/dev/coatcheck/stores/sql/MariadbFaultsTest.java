package dev.coatcheck.stores.sql;

import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;

class MariadbFaultsTest extends MysqldFaults {
    @BeforeAll
    static void start() throws IOException {
        run(MysqldProcess.mariadb(DURABLE));
    }
}
