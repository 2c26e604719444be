package dev.coatcheck.stores.sql;

class MariadbFormatTest extends MysqldFormatTests {
    MariadbFormatTest() {
        super(ServerFixture.MARIADB);
    }
}
