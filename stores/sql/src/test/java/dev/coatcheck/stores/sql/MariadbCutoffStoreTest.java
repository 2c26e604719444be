package dev.coatcheck.stores.sql;

class MariadbCutoffStoreTest extends ServerCutoffTests {
    MariadbCutoffStoreTest() {
        super(ServerFixture.MARIADB);
    }
}
