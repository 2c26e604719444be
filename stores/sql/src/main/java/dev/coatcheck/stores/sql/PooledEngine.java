package dev.coatcheck.stores.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.coatcheck.store.StoreUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * A database server behind a kept pool of connections. Every statement commits by itself; what has to be one step is one
 * statement, or one message that the server runs as a transaction.
 *
 * <p>Nobody waits for long: 1 s for a connection, 1.5 s for locks and queries (the server gives up), 2 s for an answer (the
 * driver gives up). And not many wait: who comes when 512 do is refused at once, which is
 * more than the session store alone may be asked by.
 */
final class PooledEngine implements Engine {
    /** What a silent server costs a caller: this, after the wait for a connection. */
    static final int SOCKET_TIMEOUT_SECONDS = 2;

    static final int CONNECT_TIMEOUT_SECONDS = 2;
    static final int STATEMENT_TIMEOUT_MILLIS = 1_500;

    private static final int CONNECTION_TIMEOUT_MILLIS = 1_000;
    private static final int VALIDATION_TIMEOUT_MILLIS = 500;
    static final int CALLERS = 512;

    /** Of what the server has rolled back because of a deadlock. */
    static final int TRIES = 4;

    /** MySQL's word for a prepared statement whose table changed, or left its cache, just now: it was not run. */
    private static final int TO_BE_PREPARED_AGAIN = 1615;

    private final Dialect dialect;
    private final Telling telling;
    private final HikariDataSource pool;
    private final Semaphore callers;

    PooledEngine(DatabaseServer server, Telling telling) {
        this.dialect = server.dialect();
        this.telling = telling;
        this.pool = new HikariDataSource(configuration(server, telling));
        this.callers = new Semaphore(CALLERS);
        telling.readBy(pool, () -> pool.getHikariPoolMXBean().softEvictConnections());
    }

    private static HikariConfig configuration(DatabaseServer server, Telling telling) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("coatcheck-" + server.address().kind().scheme());
        config.setDataSource(telling.watching(server.source(SOCKET_TIMEOUT_SECONDS)));
        config.setMaximumPoolSize(server.address().pool());
        config.setMinimumIdle(Math.min(2, server.address().pool()));
        config.setConnectionTimeout(CONNECTION_TIMEOUT_MILLIS);
        config.setValidationTimeout(VALIDATION_TIMEOUT_MILLIS);
        config.setKeepaliveTime(60_000);
        // The address was tried before, and a server that is away later has to come back by itself.
        config.setInitializationFailTimeout(-1);
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        config.setConnectionInitSql(server.session(STATEMENT_TIMEOUT_MILLIS));
        return config;
    }

    @Override
    public Dialect dialect() {
        return dialect;
    }

    @Override
    public Telling telling() {
        return telling;
    }

    @Override
    public <T> T read(String operation, SqlWork<T> work) {
        return run(operation, work);
    }

    /** Nothing waits in a queue here, so nobody goes first; but a sign-out is not refused for the number of callers. */
    @Override
    public <T> T write(String operation, Urgency urgency, SqlWork<T> work) {
        return urgency == Urgency.FIRST ? bounded(operation, work) : run(operation, work);
    }

    private <T> T run(String operation, SqlWork<T> work) {
        if (!callers.tryAcquire()) {
            throw StoreUnavailableException.overloaded(operation);
        }
        try {
            return bounded(operation, work);
        } finally {
            callers.release();
        }
    }

    private <T> T bounded(String operation, SqlWork<T> work) {
        for (int tries = 1; ; tries++) {
            if (pool.isClosed()) {
                throw StoreUnavailableException.closed(operation);
            }
            try (Connection connection = pool.getConnection()) {
                return done(work, connection);
            } catch (SQLException e) {
                if (!wasRolledBack(e) || tries == TRIES) {
                    throw pool.isClosed()
                            ? StoreUnavailableException.closed(operation)
                            : StoreUnavailableException.during(operation, e);
                }
            }
            aMoment(tries);
        }
    }

    /** A failure that no database told leaves its connection who knows where, perhaps in a transaction: nobody gets it again. */
    private <T> T done(SqlWork<T> work, Connection connection) throws SQLException {
        try {
            return work.on(Statements.borrowed(connection, dialect.rarely()));
        } catch (RuntimeException | Error e) {
            pool.evictConnection(connection);
            throw e;
        }
    }

    /** A deadlock, or a conflict with another transaction, or with a change of the table: nothing was written, so it may be done again. */
    static boolean wasRolledBack(SQLException e) {
        String state = e.getSQLState();
        return (state != null && state.startsWith("40") && !state.equals("40003"))
                || e.getErrorCode() == TO_BE_PREPARED_AGAIN;
    }

    /** Some milliseconds, not as many for everybody. */
    static void aMoment(int tries) {
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(tries * 5_000_000L));
    }

    @Override
    public void close() {
        telling.close();
        pool.close();
    }
}
