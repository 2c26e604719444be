package dev.coatcheck.stores.sql;

class PostgresqlTokenFormatTest extends ServerTokenFormatTests {
    PostgresqlTokenFormatTest() {
        super(ServerFixture.POSTGRESQL);
    }

    @Override
    String bytes(String hex) {
        return "decode('" + hex + "', 'hex')";
    }
}
