package dev.coatcheck.stores.sql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * PostgreSQL, by its own driver.
 *
 * @param tells what it tells of where the address leaves that open
 */
record PostgresqlServer(ServerAddress address, Tells tells) implements DatabaseServer {
    private static final int OLDEST = 13;
    private static final long SCHEMA_LOCK = 0x636f6174736368L;
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    @Override
    public Dialect dialect() {
        return new PostgresqlDialect();
    }

    @Override
    public DataSource source(int answerWithinSeconds) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {address.host()});
        source.setPortNumbers(new int[] {address.port()});
        source.setDatabaseName(address.database());
        source.setUser(address.user());
        address.password().ifPresent(source::setPassword);
        source.setConnectTimeout(PooledEngine.CONNECT_TIMEOUT_SECONDS);
        source.setLoginTimeout(PooledEngine.CONNECT_TIMEOUT_SECONDS);
        source.setSocketTimeout(answerWithinSeconds);
        source.setTcpKeepAlive(true);
        source.setApplicationName(tellsEveryWrite() ? "coatcheck" : PostgresqlSignals.TELLS_OF_ENDINGS_ALONE);
        // Errors quote no values of rows: they are logged.
        source.setLogServerErrorDetail(false);
        address.parameter("sslmode").ifPresent(source::setSslMode);
        address.parameter("sslrootcert").ifPresent(source::setSslRootCert);
        source.setGssEncMode("disable");
        return source;
    }

    @Override
    public Telling telling() {
        return new PostgresqlSignals(source(PostgresqlSignals.ANSWER_WITHIN_SECONDS), tellsEveryWrite());
    }

    private String signals() {
        return address.parameter("signals").orElse("auto");
    }

    @Override
    public boolean tellsEveryWrite() {
        return signals().equals("all") || (signals().equals("auto") && tells == Tells.EVERY_WRITE);
    }

    /** Where the operator lets commits be lost in a crash, ours are not among them: sign-outs would come undone. */
    private static final String DURABLE = "SELECT set_config('synchronous_commit', 'on', false)"
            + " WHERE current_setting('synchronous_commit') = 'off'";

    @Override
    public String session(int statementTimeoutMillis) {
        return "SET statement_timeout = " + statementTimeoutMillis + "; SET lock_timeout = " + statementTimeoutMillis
                + "; SET idle_in_transaction_session_timeout = 5000; " + DURABLE;
    }

    @Override
    public void check(Connection connection) throws SQLException {
        int version = connection.getMetaData().getDatabaseMajorVersion();
        if (version < OLDEST) {
            throw DatabaseSetupException.server(
                    address,
                    "it is PostgreSQL " + version + ", and Coatcheck needs " + OLDEST + " or later",
                    "Bring the server up to date, or name another one",
                    null);
        }
        refuseSharedConnections(connection);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_is_in_recovery()")) {
            if (row.next() && row.getBoolean(1)) {
                throw DatabaseSetupException.server(
                        address,
                        "it is a standby: what is read there is old, and nothing can be written",
                        "Name the primary, or promote this one",
                        null);
            }
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT to_regclass('coatcheck_schema') IS NOT NULL"
                        + " OR coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)")) {
            if (row.next() && !row.getBoolean(1)) {
                throw mayNotMakeTables(null);
            }
        }
    }

    /**
     * Behind a pooler of transactions, what we leave on a connection (a lock, time limits, LISTEN, prepared statements) would be
     * left with whoever has the server's connection next, and missing where we are. Two connections of ours take turns: each
     * has to stay with its own.
     */
    private void refuseSharedConnections(Connection connection) throws SQLException {
        int own = backend(connection);
        if (own == connection.unwrap(PGConnection.class).getBackendPID()) {
            return;
        }
        try (Connection other = source(PooledEngine.SOCKET_TIMEOUT_SECONDS).getConnection()) {
            int others = backend(other);
            for (int turn = 0; turn < 5; turn++) {
                if (own == others || backend(connection) != own || backend(other) != others) {
                    throw DatabaseSetupException.server(
                            address,
                            "a pooler stands before it that gives our connections to others between two statements",
                            "Let it pool sessions for this database (PgBouncer: pool_mode = session), or write the"
                                    + " server's own address",
                            null);
                }
            }
        }
    }

    private static int backend(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            return row.getInt(1);
        }
    }

    private DatabaseSetupException mayNotMakeTables(@Nullable SQLException e) {
        return DatabaseSetupException.server(
                address,
                "the user may not make tables there",
                "Make the user the owner of the database, or say in it: GRANT USAGE, CREATE ON SCHEMA public TO "
                        + address.user(),
                e);
    }

    @Override
    public String forgetfulness() {
        return "SELECT name, setting, 'on' FROM pg_settings WHERE name = 'fsync' AND setting = 'off'";
    }

    @Override
    public boolean lock(Statement statement, int seconds) throws SQLException {
        statement.execute("SET lock_timeout = '" + seconds + "s'");
        try (ResultSet row = statement.executeQuery("SELECT pg_advisory_lock(" + SCHEMA_LOCK + ") IS NOT NULL")) {
            return row.next() && row.getBoolean(1);
        } catch (SQLException e) {
            if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public boolean isRefusal(SQLException e) {
        return "42501".equals(e.getSQLState());
    }

    @Override
    public DatabaseSetupException refusal(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        if (state.equals("28000") && String.valueOf(e.getMessage()).contains("no encryption")) {
            return DatabaseSetupException.server(
                    address,
                    "it lets nobody in from here without TLS",
                    "Add sslmode=verify-full at the end of the address, and sslrootcert=FILE for an authority of your own",
                    e);
        }
        return switch (state) {
            case "28P01", "28000" ->
                DatabaseSetupException.server(
                        address,
                        "it refuses the user or the password",
                        "Check both (\\password " + address.user() + " in psql sets a new one; pg_hba.conf says who may"
                                + " come from where), and set the password in database.password or the address",
                        e);
            case "3D000" ->
                DatabaseSetupException.server(
                        address,
                        "it has no database of that name",
                        "Make it: CREATE DATABASE " + address.database() + " OWNER " + address.user(),
                        e);
            case "42501" -> mayNotMakeTables(e);
            case "53300" ->
                DatabaseSetupException.server(
                        address,
                        "it has no connection left",
                        "Raise max_connections, or lower pool= at the end of the address",
                        e);
            default -> DatabaseSetupException.unreachable(address, e);
        };
    }
}
