package dev.coatcheck.stores.sql;

import java.sql.SQLException;

/** How one kind of database is talked to: its connections, its dialect, and how what was written is told. */
interface Engine extends AutoCloseable {
    Dialect dialect();

    Telling telling();

    /** Runs the work, which is one query. */
    <T> T read(String operation, SqlWork<T> work);

    /**
     * Runs the work and returns after the commit. With SQLite it is one step, a savepoint of a transaction that it shares; on
     * a server every statement of it is a step of its own, and it may be run again when the server has rolled one back.
     */
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
