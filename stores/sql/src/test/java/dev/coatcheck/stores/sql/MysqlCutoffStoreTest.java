package dev.coatcheck.stores.sql;

class MysqlCutoffStoreTest extends ServerCutoffTests {
    MysqlCutoffStoreTest() {
        super(ServerFixture.MYSQL);
    }
}
