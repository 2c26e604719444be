package dev.coatcheck.stores.sql;

class MariadbTokenFormatTest extends ServerTokenFormatTests {
    MariadbTokenFormatTest() {
        super(ServerFixture.MARIADB);
    }
}
