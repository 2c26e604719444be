package dev.coatcheck.stores.sql;

class MysqlTokenStoreTest extends ServerTokenTests {
    MysqlTokenStoreTest() {
        super(ServerFixture.MYSQL);
    }
}
