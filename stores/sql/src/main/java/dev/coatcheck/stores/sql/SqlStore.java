package dev.coatcheck.stores.sql;

import dev.coatcheck.store.StoreUnavailableException;

/** A store in a database that others use too: closing the store ends its own use alone. */
abstract class SqlStore implements AutoCloseable {
    final SqlDatabase database;
    private volatile boolean closed;

    SqlStore(SqlDatabase database) {
        this.database = database;
    }

    final void refuseWhenClosed(String operation) {
        if (closed) {
            throw StoreUnavailableException.closed(operation);
        }
    }

    @Override
    public final void close() {
        closed = true;
    }
}
