package dev.coatcheck.stores.sql;

import dev.coatcheck.store.StoreUnavailableException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;

/**
 * The read-only connections of a SQLite database. The caller's own thread reads: a look-up by key takes some
 * microseconds, which is less than handing it to another thread, and as many run at once as there are connections.
 */
final class Readers implements AutoCloseable {
    private final List<Statements> all;
    private final BlockingDeque<Statements> idle;
    private final Duration patience;
    private volatile boolean closed;

    /** @param patience how long a caller waits for a connection */
    Readers(List<Statements> connections, Duration patience) {
        this.all = List.copyOf(connections);
        this.idle = new LinkedBlockingDeque<>(connections);
        this.patience = patience;
    }

    <T> T read(String operation, SqlWork<T> work) {
        Statements reader = borrow(operation);
        try {
            return work.on(reader);
        } catch (SQLException e) {
            throw StoreUnavailableException.during(operation, e);
        } finally {
            // First in, first out would wear out every connection's cache in turn.
            idle.addFirst(reader);
        }
    }

    private Statements borrow(String operation) {
        if (closed) {
            throw StoreUnavailableException.closed(operation);
        }
        try {
            Statements reader = idle.pollFirst(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (reader == null) {
                throw closed
                        ? StoreUnavailableException.closed(operation)
                        : StoreUnavailableException.overloaded(operation);
            }
            return reader;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw StoreUnavailableException.during(operation, e);
        }
    }

    /** Waits for those who read, and closes the connections. */
    @Override
    public void close() throws SQLException {
        closed = true;
        for (int i = 0; i < all.size(); i++) {
            try {
                Statements reader = idle.pollFirst(patience.toMillis(), TimeUnit.MILLISECONDS);
                if (reader != null) {
                    reader.close();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
