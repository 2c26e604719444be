package dev.coatcheck.stores.sql;

class MariadbDatabaseTest extends ServerDatabaseTests {
    MariadbDatabaseTest() {
        super(ServerFixture.MARIADB);
    }
}
