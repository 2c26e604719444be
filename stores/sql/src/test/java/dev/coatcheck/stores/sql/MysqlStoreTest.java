package dev.coatcheck.stores.sql;

class MysqlStoreTest extends ServerStoreTests {
    MysqlStoreTest() {
        super(ServerFixture.MYSQL);
    }
}
