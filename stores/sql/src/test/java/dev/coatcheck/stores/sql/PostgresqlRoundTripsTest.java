package dev.coatcheck.stores.sql;

class PostgresqlRoundTripsTest extends ServerRoundTrips {
    PostgresqlRoundTripsTest() {
        super(ServerFixture.POSTGRESQL);
    }
}
