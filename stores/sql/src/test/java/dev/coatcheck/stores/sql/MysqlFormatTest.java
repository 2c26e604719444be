package dev.coatcheck.stores.sql;

/** It keeps to the letter what MariaDB keeps. */
class MysqlFormatTest extends MysqldFormatTests {
    MysqlFormatTest() {
        super(ServerFixture.MYSQL);
    }

    @Override
    protected String nameOf(int format) {
        return "format-" + format + "-mariadb";
    }

    @Override
    String isWritten() {
        return "generation_expression = ''";
    }
}
