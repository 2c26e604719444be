package dev.coatcheck.stores.sql;

class MariadbSessionStoreTest extends ServerSessionStoreTests {
    MariadbSessionStoreTest() {
        super(ServerFixture.MARIADB);
    }
}
