package dev.coatcheck.stores.sql;

import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** In thorough runs: MariaDB's shows the same of the same code. */
@EnabledIfSystemProperty(named = "coatcheck.thorough", matches = "true")
class MysqlFaultsTest extends MysqldFaults {
    @BeforeAll
    static void start() throws IOException {
        run(MysqldProcess.mysql(DURABLE));
    }
}
