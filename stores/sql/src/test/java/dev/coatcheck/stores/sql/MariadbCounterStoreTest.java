package dev.coatcheck.stores.sql;

class MariadbCounterStoreTest extends ServerCounterTests {
    MariadbCounterStoreTest() {
        super(ServerFixture.MARIADB);
    }
}
