package dev.coatcheck.stores.sql;

import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.LocalSignals;
import dev.coatcheck.store.SessionSignals;
import dev.coatcheck.token.SessionId;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * PostgreSQL's notifications as signals: one connection of its own, which listens, and which sends itself a ping every 200 ms
 * on a channel of its own. The server delivers notifications in the order of their commits, whatever their channel: when a
 * ping is back, everything that was committed before it was sent has been heard.
 *
 * <p>Opened with the first subscription. Whenever the connection is made, listeners are told that they may have missed
 * something.
 */
final class PostgresqlSignals implements SessionSignals, Telling {
    /** What isn't answered by then is a channel that is cut. */
    static final int ANSWER_WITHIN_SECONDS = 1;

    private static final System.Logger LOG = System.getLogger(PostgresqlSignals.class.getName());
    private static final Duration PING_EVERY = Duration.ofMillis(200);
    private static final Duration TRY_EVERY = Duration.ofMillis(250);

    private final DataSource source;
    private final boolean everyWrite;
    private final String pings =
            "coatcheck_ping_" + UUID.randomUUID().toString().replace("-", "");
    private final LocalSignals listeners = LocalSignals.ofThisProcessAlone();
    private volatile OptionalLong provenAt = OptionalLong.empty();
    private volatile boolean closed;
    private volatile @Nullable Connection current;
    private @Nullable Thread thread;

    /** @param everyWrite whether all nodes tell every write; else nobody may trust silence */
    PostgresqlSignals(DataSource source, boolean everyWrite) {
        this.source = source;
        this.everyWrite = everyWrite;
    }

    @Override
    public Subscription subscribe(Listener listener) {
        Subscription subscription = listeners.subscribe(listener);
        listen();
        return subscription;
    }

    private synchronized void listen() {
        if (thread == null && !closed) {
            thread = new Thread(this::run, "coatcheck-postgresql-signals");
            thread.setDaemon(true);
            thread.start();
        }
    }

    @Override
    public OptionalLong provenAt() {
        return provenAt;
    }

    @Override
    public boolean reachEveryNode() {
        return everyWrite;
    }

    @Override
    public boolean tellsEveryWrite() {
        return everyWrite;
    }

    private void run() {
        boolean wasUp = true;
        while (!closed) {
            try (Connection connection = source.getConnection()) {
                current = connection;
                if (!wasUp) {
                    LOG.log(Level.INFO, "signals of the database are heard again");
                }
                wasUp = true;
                hear(connection);
            } catch (SQLException | RuntimeException e) {
                if (wasUp && !closed) {
                    LOG.log(Level.WARNING, "signals of the database are not heard: {0}", e.getMessage());
                }
                wasUp = false;
            } finally {
                provenAt = OptionalLong.empty();
                current = null;
            }
            if (!closed) {
                LockSupport.parkNanos(TRY_EVERY.toNanos());
            }
        }
    }

    private void hear(Connection connection) throws SQLException {
        PGConnection channel = connection.unwrap(PGConnection.class);
        try (Statement statement = connection.createStatement()) {
            statement.execute("LISTEN " + PostgresqlChannel.NAME + "; LISTEN " + pings);
            listeners.tellMissed();
            while (!closed) {
                long sentAt = System.nanoTime();
                // Answered with the ping itself and everything before it.
                statement.execute("NOTIFY " + pings + ", '" + sentAt + "'");
                long next = sentAt + PING_EVERY.toNanos();
                take(channel.getNotifications());
                for (long rest = next - System.nanoTime(); rest > 0 && !closed; rest = next - System.nanoTime()) {
                    take(channel.getNotifications((int) Math.max(1, rest / 1_000_000)));
                }
            }
        }
    }

    private void take(PGNotification @Nullable [] notifications) {
        if (notifications == null) {
            return;
        }
        for (PGNotification notification : notifications) {
            if (notification.getName().equals(pings)) {
                provenAt = OptionalLong.of(Long.parseLong(notification.getParameter()));
            } else {
                PostgresqlChannel.read(notification.getParameter()).ifPresent(listeners::tell);
            }
        }
    }

    @Override
    public SessionSignals signals() {
        return this;
    }

    /** The statement that wrote has told. */
    @Override
    public void written(SessionId id) {}

    @Override
    public void ended(Set<SessionId> ids, EndReason why) {}

    @Override
    public void close() {
        closed = true;
        Connection open = current;
        if (open != null) {
            try {
                // Wakes the thread that reads from it.
                open.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.log(Level.DEBUG, "the connection for signals did not close cleanly", e);
            }
        }
        Thread running = thread();
        if (running != null) {
            LockSupport.unpark(running);
        }
    }

    private synchronized @Nullable Thread thread() {
        return thread;
    }
}
