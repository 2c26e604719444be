package dev.coatcheck.stores.sql;

class MysqlSessionStoreTest extends ServerSessionStoreTests {
    MysqlSessionStoreTest() {
        super(ServerFixture.MYSQL);
    }
}
