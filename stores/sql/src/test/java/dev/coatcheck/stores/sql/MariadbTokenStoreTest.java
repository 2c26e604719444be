package dev.coatcheck.stores.sql;

class MariadbTokenStoreTest extends ServerTokenTests {
    MariadbTokenStoreTest() {
        super(ServerFixture.MARIADB);
    }
}
