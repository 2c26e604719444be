package dev.coatcheck.stores.sql;

class MariadbStoreTest extends ServerStoreTests {
    MariadbStoreTest() {
        super(ServerFixture.MARIADB);
    }
}
