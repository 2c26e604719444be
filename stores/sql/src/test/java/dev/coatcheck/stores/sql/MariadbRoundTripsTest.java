package dev.coatcheck.stores.sql;

class MariadbRoundTripsTest extends ServerRoundTrips {
    MariadbRoundTripsTest() {
        super(ServerFixture.MARIADB);
    }
}
