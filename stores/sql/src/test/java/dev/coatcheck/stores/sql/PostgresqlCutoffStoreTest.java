package dev.coatcheck.stores.sql;

class PostgresqlCutoffStoreTest extends ServerCutoffTests {
    PostgresqlCutoffStoreTest() {
        super(ServerFixture.POSTGRESQL);
    }
}
