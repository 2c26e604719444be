package dev.coatcheck.stores.sql;

import java.sql.SQLException;

/** How one kind of database is talked to: its connections, its transactions and its dialect. */
interface Engine extends AutoCloseable {
    Dialect dialect();

    /** Runs the work on a consistent view of the data. */
    <T> T read(String operation, SqlWork<T> work);

    /** Runs the work as one transaction, or as one savepoint of a transaction that it shares, and returns after the commit. */
    <T> T write(String operation, Urgency urgency, SqlWork<T> work);

    @Override
    void close() throws SQLException;

    /** Who goes first when writes wait. */
    enum Urgency {
        ORDINARY,
        /** Sign-outs and revocations: they go first, and are still taken when no more ordinary work is. */
        FIRST
    }
}
