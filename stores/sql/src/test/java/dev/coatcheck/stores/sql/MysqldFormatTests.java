package dev.coatcheck.stores.sql;

/** MariaDB and MySQL write their values alike. */
abstract class MysqldFormatTests extends ServerFormatTests {
    MysqldFormatTests(ServerFixture server) {
        super(server);
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
