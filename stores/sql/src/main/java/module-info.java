import org.jspecify.annotations.NullMarked;

/** Sessions and accounts in SQL: SQLite embedded, one code path. */
@NullMarked
module dev.coatcheck.stores.sql {
    requires static org.jspecify;
}
