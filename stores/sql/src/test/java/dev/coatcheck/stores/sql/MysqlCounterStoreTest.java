package dev.coatcheck.stores.sql;

class MysqlCounterStoreTest extends ServerCounterTests {
    MysqlCounterStoreTest() {
        super(ServerFixture.MYSQL);
    }
}
