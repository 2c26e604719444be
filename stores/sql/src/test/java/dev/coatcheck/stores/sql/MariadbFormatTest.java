package dev.coatcheck.stores.sql;

class MariadbFormatTest extends ServerFormatTests {
    MariadbFormatTest() {
        super(ServerFixture.MARIADB);
    }

    @Override
    String literal(String column, String type) {
        return type.contains("binary") || type.contains("blob")
                ? "coalesce(concat('x''', hex(" + column + "), ''''), 'NULL')"
                : "quote(" + column + ")";
    }

    @Override
    String schema() {
        return "database()";
    }
}
