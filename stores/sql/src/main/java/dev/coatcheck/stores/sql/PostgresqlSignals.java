package dev.coatcheck.stores.sql;

import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.LocalSignals;
import dev.coatcheck.store.SessionSignals;
import dev.coatcheck.token.SessionId;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
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
import org.postgresql.core.BaseConnection;

/**
 * PostgreSQL's notifications as signals: one connection of its own, which listens. Every 200 ms a ping is notified on the same
 * channel as the news, through the pool that reads. The server delivers notifications in the order of their commits: when a
 * ping is heard, everything that was committed before it was sent has been heard, on the server that is read.
 *
 * <p>A ping goes through one connection of the pool. So that it speaks for all of them, each is asked at its beginning which
 * server it leads to; while one leads elsewhere than the one that listens, nothing is proven, and all are made anew.
 *
 * <p>Opened with the first subscription. Whenever the connection is made, and when it is proven for the first time, listeners
 * are told that they may have missed something.
 *
 * <p>Where this node relies on every write's being told, nothing is proven while there is a node that does not tell of them:
 * its connections are known by their name as long as they are there, and each says {@link PostgresqlChannel#QUIET} before it
 * writes anything. What it wrote was not heard: before anything is proven again, listeners are told that they missed something.
 */
final class PostgresqlSignals implements SessionSignals, Telling {
    /** What isn't answered by then is a channel that is cut. */
    static final int ANSWER_WITHIN_SECONDS = 1;

    /** By what name a node's connections are known that tells of endings alone. */
    static final String TELLS_OF_ENDINGS_ALONE = "coatcheck signals=endings";

    private static final System.Logger LOG = System.getLogger(PostgresqlSignals.class.getName());
    private static final Duration PING_EVERY = Duration.ofMillis(200);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    /** Where as many come at once, they are fetched together, with a pause before each time. */
    private static final int MANY = 8;

    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final Duration SILENCE = Duration.ofSeconds(1);
    /** The thread that hears would have seen that itself, if it were not held. */
    private static final Duration HELD = Duration.ofMillis(1_500);

    private static final Duration TRY_EVERY = Duration.ofMillis(250);
    private static final Duration TRY_AT_LEAST_EVERY = Duration.ofSeconds(5);

    private static final String PING = "SELECT pg_notify('" + PostgresqlChannel.NAME + "', ?),"
            + " EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE '"
            + TELLS_OF_ENDINGS_ALONE + "%')";

    private final DataSource source;
    private final boolean everyWrite;
    /** Of pings that nobody else sends. */
    private final String own = UUID.randomUUID().toString();

    private final LocalSignals listeners = LocalSignals.ofThisProcessAlone();
    private volatile boolean closed;
    private volatile @Nullable WatchedSource watched;
    private volatile @Nullable DataSource pool;
    private volatile Runnable connectAnew = () -> {};
    private volatile @Nullable Line current;
    private @Nullable Thread thread;
    private @Nullable Thread pings;

    /** @param everyWrite whether this node tells of every write and relies on the others' doing so; else it may not trust silence */
    PostgresqlSignals(DataSource source, boolean everyWrite) {
        this.source = source;
        this.everyWrite = everyWrite;
    }

    @Override
    public DataSource watching(DataSource reading) {
        WatchedSource made =
                everyWrite ? new WatchedSource(reading) : new WatchedSource(reading, PostgresqlChannel.QUIET);
        watched = made;
        return made;
    }

    @Override
    public void readBy(DataSource reading, Runnable anew) {
        connectAnew = anew;
        pool = reading;
    }

    @Override
    public Subscription subscribe(Listener listener) {
        Subscription subscription = listeners.subscribe(listener);
        listen();
        return subscription;
    }

    private synchronized void listen() {
        if (thread == null && !closed) {
            thread = started(this::run, "coatcheck-postgresql-signals");
            pings = started(this::sendPings, "coatcheck-postgresql-pings");
        }
    }

    private static Thread started(Runnable work, String name) {
        Thread made = new Thread(work, name);
        made.setDaemon(true);
        made.start();
        return made;
    }

    @Override
    public OptionalLong provenAt() {
        Line line = current;
        return line == null ? OptionalLong.empty() : line.provenAt;
    }

    @Override
    public boolean reachEveryNode() {
        return everyWrite;
    }

    /** Also while a connection has not said {@link PostgresqlChannel#QUIET}, because there was no room for it. */
    @Override
    public boolean tellsEveryWrite() {
        WatchedSource reading = watched;
        try {
            return everyWrite || (reading != null && reading.hasUnannounced());
        } catch (SQLException e) {
            return true;
        }
    }

    private void run() {
        long pause = TRY_EVERY.toNanos();
        String last = "";
        while (!closed) {
            Line line = null;
            try (Connection connection = source.getConnection()) {
                line = new Line(connection);
                line.hear();
            } catch (Throwable e) {
                // Also an error: it would end the listening, and nobody would be told.
                String why = String.valueOf(e.getMessage());
                if (!closed) {
                    LOG.log(
                            why.equals(last) ? Level.DEBUG : Level.WARNING,
                            "signals of the database are not heard: {0}",
                            why);
                }
                last = why;
            } finally {
                current = null;
            }
            if (line != null && line.wasProven) {
                pause = TRY_EVERY.toNanos();
                last = "";
            }
            if (!closed) {
                LockSupport.parkNanos(pause);
                pause = Math.min(2 * pause, TRY_AT_LEAST_EVERY.toNanos());
            }
        }
    }

    /** A thread of its own, because the pool may let it wait. One ping at a time: it never holds more than one connection. */
    private void sendPings() {
        long number = 0;
        QuietNodes quiet = new QuietNodes();
        while (!closed) {
            Line line = current;
            DataSource reading = pool;
            if (line != null && reading != null && line.mayPing()) {
                try {
                    boolean someTellNotAll = send(line, reading, "ping " + own + " " + ++number);
                    quiet.after(someTellNotAll && everyWrite).ifPresent(PostgresqlSignals::say);
                } catch (Throwable e) {
                    // Also an error: without pings nothing is proven, and it would be silent about that.
                    LOG.log(Level.DEBUG, "no ping through the pool", e);
                    line.forgetPing();
                }
            } else if (line != null && line.isSilent(HELD)) {
                line.abort();
            }
            LockSupport.parkNanos(PING_EVERY.toNanos());
        }
    }

    private static void say(QuietNodes.Word word) {
        if (word == QuietNodes.Word.THERE_ARE_NONE) {
            LOG.log(Level.INFO, "every node at this database tells of every write again");
            return;
        }
        LOG.log(
                Level.WARNING,
                "a node at this database does not tell of every write, because it has no near-cache or has signals=endings in"
                        + " its address: nothing is proven while it is there, and nothing kept near is used. Set"
                        + " near-cache.sessions on every node, or signals=all in the address of those without. Its connections"
                        + " are those in pg_stat_activity whose application_name begins with '" + TELLS_OF_ENDINGS_ALONE
                        + "'");
    }

    private boolean send(Line line, DataSource reading, String ping) throws SQLException {
        try (Connection connection = reading.getConnection();
                PreparedStatement statement = connection.prepareStatement(PING)) {
            statement.setString(1, ping);
            line.sending(ping);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                boolean someTellNotAll = row.getBoolean(2);
                line.sent(ping, everyWrite && someTellNotAll);
                return someTellNotAll;
            }
        }
    }

    /** One connection that listens, from LISTEN to its end. */
    private final class Line {
        private final Connection connection;
        private volatile OptionalLong provenAt = OptionalLong.empty();
        private volatile boolean wasProven;
        private String server = "";
        private boolean pooled;
        /** Whether something may have been written unheard that listeners were not told to have missed. */
        private boolean doubtful = true;

        // The ping that is under way; what follows is guarded by this.
        private @Nullable String ping;
        private long sentAt;
        private long committedAt;
        private boolean committed;
        private boolean heard;
        private boolean provesNothing;

        Line(Connection connection) {
            this.connection = connection;
        }

        void hear() throws SQLException {
            PGConnection channel = connection.unwrap(PGConnection.class);
            try (Statement statement = connection.createStatement()) {
                statement.execute("LISTEN " + PostgresqlChannel.NAME);
                server = WatchedSource.serverOf(connection);
                try (ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
                    row.next();
                    pooled = row.getInt(1) != channel.getBackendPID();
                }
            }
            listeners.tellMissed();
            current = this;
            boolean many = true;
            while (!closed) {
                int heard = take(many ? fetched() : channel.getNotifications((int) LOOK_EVERY.toMillis()));
                many = heard >= MANY;
                refuseAnotherServer();
                refuseSilence();
            }
        }

        /**
         * What came within a pause. The driver's own wait takes word after word until none comes for a millisecond: it wakes for
         * each, and nothing bounds how long it keeps them (a line that is held so is given up, and the next one begins here). An
         * empty statement ends at its answer.
         */
        private PGNotification[] fetched() throws SQLException {
            LockSupport.parkNanos(PAUSE.toNanos());
            BaseConnection channel = connection.unwrap(BaseConnection.class);
            try (Statement statement = connection.createStatement()) {
                statement.execute("");
            }
            return channel.getQueryExecutor().getNotifications();
        }

        private void refuseAnotherServer() throws SQLException {
            WatchedSource reading = watched;
            if (reading != null && reading.leadsElsewhere(server)) {
                connectAnew.run();
                throw new SQLException("the address leads to more than one server: connecting anew");
            }
        }

        /** Whether a ping was not heard for so long. */
        synchronized boolean isSilent(Duration since) {
            return committed && !heard && System.nanoTime() - committedAt > since.toNanos();
        }

        private void refuseSilence() throws SQLException {
            if (isSilent(SILENCE)) {
                throw new SQLException(
                        pooled
                                ? "what is notified does not arrive. A pooler that stands before the database keeps no LISTEN"
                                        + " when it pools transactions: let it pool sessions, or write the server's own"
                                        + " address"
                                : "what is notified does not arrive");
            }
        }

        private int take(PGNotification @Nullable [] notifications) {
            if (notifications == null) {
                return 0;
            }
            for (PGNotification notification : notifications) {
                String payload = notification.getParameter();
                if (PostgresqlChannel.isPing(payload)) {
                    heardPing(payload);
                } else if (payload.equals(PostgresqlChannel.QUIET)) {
                    heardOfSomebodyQuiet();
                } else {
                    PostgresqlChannel.read(payload).ifPresentOrElse(listeners::tell, listeners::tellMissed);
                }
            }
            return notifications.length;
        }

        synchronized boolean mayPing() {
            return ping == null;
        }

        synchronized void sending(String text) {
            ping = text;
            sentAt = System.nanoTime();
            committed = false;
            heard = false;
        }

        /**
         * What it writes from now on is not heard, and it may be gone before a ping looks for it. A ping that is under way has
         * looked already.
         */
        private synchronized void heardOfSomebodyQuiet() {
            if (everyWrite) {
                forgetPing();
                doubt();
            }
        }

        private void doubt() {
            doubtful = true;
            provenAt = OptionalLong.empty();
        }

        synchronized void forgetPing() {
            ping = null;
            committed = false;
        }

        /** @param nothing whether somebody writes who does not tell */
        synchronized void sent(String text, boolean nothing) throws SQLException {
            if (!text.equals(ping)) {
                return;
            }
            committed = true;
            committedAt = System.nanoTime();
            provesNothing = nothing;
            proveIfBoth();
        }

        private synchronized void heardPing(String text) {
            if (text.equals(ping)) {
                heard = true;
                try {
                    proveIfBoth();
                } catch (SQLException e) {
                    LOG.log(Level.DEBUG, "a connection does not say whether it is closed", e);
                }
            }
        }

        private void proveIfBoth() throws SQLException {
            if (!committed || !heard) {
                return;
            }
            ping = null;
            committed = false;
            WatchedSource reading = watched;
            if (provesNothing || (reading != null && reading.leadsElsewhere(server))) {
                doubt();
                return;
            }
            if (doubtful) {
                listeners.tellMissed();
                doubtful = false;
            }
            wasProven = true;
            provenAt = OptionalLong.of(sentAt);
        }

        void abort() {
            try {
                // Wakes the thread that reads from it.
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.log(Level.DEBUG, "the connection for signals did not close cleanly", e);
            }
        }
    }

    @Override
    public SessionSignals signals() {
        return this;
    }

    /** The statement that wrote has told. */
    @Override
    public void written(SessionId id, long revision) {}

    @Override
    public void ended(Set<SessionId> ids, EndReason why) {}

    @Override
    public void close() {
        closed = true;
        Line open = current;
        if (open != null) {
            open.abort();
        }
        synchronized (this) {
            if (thread != null) {
                LockSupport.unpark(thread);
            }
            if (pings != null) {
                LockSupport.unpark(pings);
            }
        }
    }
}
