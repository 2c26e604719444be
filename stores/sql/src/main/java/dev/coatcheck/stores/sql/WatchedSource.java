package dev.coatcheck.stores.sql;

import java.io.PrintWriter;
import java.lang.System.Logger.Level;
import java.lang.ref.WeakReference;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** A source of connections to PostgreSQL that remembers which server each open one leads to. */
final class WatchedSource implements DataSource {
    private static final System.Logger LOG = System.getLogger(WatchedSource.class.getName());

    /** A server that is behind the same address a moment later began at another microsecond. */
    private static final String WHICH_SERVER = "SELECT extract(epoch FROM pg_postmaster_start_time())::text";

    /** PostgreSQL's word for a queue of notifications that is full: somebody has listened in one transaction for too long. */
    private static final String QUEUE_IS_FULL = "54000";

    /** @param announced whether it could say its word */
    private record Made(WeakReference<Connection> connection, String server, boolean announced) {}

    private record Begun(String server, boolean announced) {}

    private final DataSource source;
    private final String first;
    private final List<Made> made = new ArrayList<>();
    private volatile boolean someAreUnannounced;

    WatchedSource(DataSource source) {
        this(source, "");
    }

    /** @param word what each connection says to all nodes before anything else; nothing where it is empty */
    WatchedSource(DataSource source, String word) {
        this.source = source;
        this.first = WHICH_SERVER + (word.isEmpty() ? "" : ", " + PostgresqlChannel.saying(word));
    }

    /** What no other server answers. */
    static String serverOf(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(WHICH_SERVER)) {
            row.next();
            return row.getString(1);
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = source.getConnection();
        try {
            Begun begun = begun(connection);
            synchronized (made) {
                forgetTheClosed();
                made.add(new Made(new WeakReference<>(connection), begun.server(), begun.announced()));
                someAreUnannounced |= !begun.announced();
            }
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** One round trip, and committed before anything else that this connection does. */
    private Begun begun(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(first)) {
            row.next();
            return new Begun(row.getString(1), true);
        } catch (SQLException e) {
            if (!QUEUE_IS_FULL.equals(e.getSQLState())) {
                throw e;
            }
            // Whoever only reads does without.
            LOG.log(
                    Level.WARNING,
                    "the database''s queue of notifications is full: somebody listens there in a transaction that does not end."
                            + " Look for it in pg_stat_activity; endings can''t be told until then");
            return new Begun(serverOf(connection), false);
        }
    }

    /** Whether an open connection could not say its word: what is written through it has to be told, or not written. */
    boolean hasUnannounced() throws SQLException {
        if (!someAreUnannounced) {
            return false;
        }
        synchronized (made) {
            forgetTheClosed();
            someAreUnannounced = made.stream().anyMatch(each -> !each.announced());
            return someAreUnannounced;
        }
    }

    /** Whether an open connection leads to another server than this. */
    boolean leadsElsewhere(String server) throws SQLException {
        synchronized (made) {
            forgetTheClosed();
            return made.stream().anyMatch(each -> !each.server().equals(server));
        }
    }

    private void forgetTheClosed() throws SQLException {
        for (Made each : List.copyOf(made)) {
            Connection connection = each.connection().get();
            if (connection == null || connection.isClosed()) {
                made.remove(each);
            }
        }
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLException("the user stands in the address");
    }

    @Override
    public PrintWriter getLogWriter() throws SQLException {
        return source.getLogWriter();
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        source.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        source.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return source.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getLogger(WatchedSource.class.getName());
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return source.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return source.isWrapperFor(type);
    }
}
