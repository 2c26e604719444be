package dev.coatcheck.stores.sql;

import java.sql.SQLException;

/** What is read, or written as one step, on a connection that somebody else begins, commits and gives back. */
@FunctionalInterface
interface SqlWork<T> {
    T on(Statements sql) throws SQLException;
}
