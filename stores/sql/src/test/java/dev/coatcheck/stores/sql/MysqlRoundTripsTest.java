package dev.coatcheck.stores.sql;

class MysqlRoundTripsTest extends ServerRoundTrips {
    MysqlRoundTripsTest() {
        super(ServerFixture.MYSQL);
    }
}
