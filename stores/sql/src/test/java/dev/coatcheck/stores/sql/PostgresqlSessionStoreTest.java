package dev.coatcheck.stores.sql;

class PostgresqlSessionStoreTest extends ServerSessionStoreTests {
    PostgresqlSessionStoreTest() {
        super(ServerFixture.POSTGRESQL);
    }
}
