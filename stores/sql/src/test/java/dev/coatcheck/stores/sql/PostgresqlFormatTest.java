package dev.coatcheck.stores.sql;

class PostgresqlFormatTest extends ServerFormatTests {
    PostgresqlFormatTest() {
        super(ServerFixture.POSTGRESQL);
    }

    @Override
    String literal(String column, String type) {
        return "quote_nullable(" + column + "::text)";
    }

    @Override
    String schema() {
        return "current_schema()";
    }
}
