package dev.coatcheck.stores.sql;

class PostgresqlTokenStoreTest extends ServerTokenTests {
    PostgresqlTokenStoreTest() {
        super(ServerFixture.POSTGRESQL);
    }
}
