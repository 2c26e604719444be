package dev.coatcheck.stores.sql;

class PostgresqlCounterStoreTest extends ServerCounterTests {
    PostgresqlCounterStoreTest() {
        super(ServerFixture.POSTGRESQL);
    }
}
