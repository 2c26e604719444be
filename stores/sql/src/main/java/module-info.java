import org.jspecify.annotations.NullMarked;

/**
 * Sessions and accounts in SQL: SQLite embedded, PostgreSQL, MariaDB, MySQL.
 *
 * <p>Start with {@link dev.coatcheck.stores.sql.SqlDatabase}.
 */
@NullMarked
module dev.coatcheck.stores.sql {
    requires static org.checkerframework.checker.qual;
    requires static org.jspecify;
    requires transitive dev.coatcheck;
    requires transitive dev.coatcheck.accounts;
    requires java.sql;
    requires com.zaxxer.hikari;
    requires org.mariadb.jdbc;
    requires org.postgresql.jdbc;
    requires flyway.core;
    requires org.xerial.sqlitejdbc;
    requires tools.jackson.core;

    exports dev.coatcheck.stores.sql;
}
