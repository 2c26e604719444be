package dev.coatcheck.stores.sql;

class MysqlTokenFormatTest extends ServerTokenFormatTests {
    MysqlTokenFormatTest() {
        super(ServerFixture.MYSQL);
    }
}
