package dev.coatcheck.stores.sql;

class PostgresqlStoreTest extends ServerStoreTests {
    PostgresqlStoreTest() {
        super(ServerFixture.POSTGRESQL);
    }
}
