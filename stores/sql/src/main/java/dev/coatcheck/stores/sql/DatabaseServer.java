package dev.coatcheck.stores.sql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** A kind of database server: how its driver is set up, and what a connection is told first. */
interface DatabaseServer {
    System.Logger LOG = System.getLogger(SqlDatabase.class.getName());

    /** A change of a large table takes its time. */
    int MIGRATION_SECONDS = 600;

    /** And whoever waits for another node's change waits shorter than its own connection would. */
    int LOCK_SECONDS = 300;

    ServerAddress address();

    Dialect dialect();

    /** Whose tables are made there, as the migrations' folders are named. */
    default String tables() {
        return address().kind().scheme();
    }

    /** Connections with bounded waits. */
    DataSource source(int answerWithinSeconds);

    /** What every new connection of the pool is told: its time limits, and how to read what we write. */
    String session(int statementTimeoutMillis);

    /** The oldest release that has what we need. @throws DatabaseSetupException when this one is older, or another server */
    void check(Connection connection) throws SQLException;

    /** A query for the settings and the values that let a crash undo what was acknowledged; no row where none does. */
    String forgetfulness();

    /** Whether the user lacks a right. */
    boolean isRefusal(SQLException e);

    /** Why this happened, and the way out. */
    DatabaseSetupException refusal(SQLException e);

    /** Whether every write is told to every node. */
    default boolean tellsEveryWrite() {
        return false;
    }

    /** How what is written there is told. */
    default Telling telling() {
        return Telling.here();
    }

    static DatabaseServer at(ServerAddress address, Tells tells) {
        return switch (address.kind()) {
            case POSTGRESQL -> new PostgresqlServer(address, tells);
            case MARIADB -> new MariadbServer(address);
            case MYSQL -> new MysqlServer(address);
        };
    }

    /**
     * Waits until no other node is at the tables, and keeps others from them until the connection is closed.
     *
     * @return false when another was at them for that long
     */
    boolean lock(Statement statement, int seconds) throws SQLException;

    /** Looks whether the server lets us in and is new enough, and brings the tables to this release's schema. */
    static void prepare(DatabaseServer server) {
        prepare(server, LOCK_SECONDS);
    }

    static void prepare(DatabaseServer server, int lockSeconds) {
        try (Connection connection = server.source(MIGRATION_SECONDS).getConnection();
                Statement statement = connection.createStatement()) {
            server.check(connection);
            warnOfForgetfulness(server, statement);
            // Flyway has a lock of its own, and makes its table before it takes it.
            lock(server, statement, lockSeconds);
            migrate(server);
        } catch (SQLException e) {
            throw server.refusal(e);
        }
    }

    private static void lock(DatabaseServer server, Statement statement, int seconds) throws SQLException {
        if (!server.lock(statement, seconds)) {
            throw DatabaseSetupException.server(
                    server.address(),
                    "another node has been at its tables for " + seconds + " s",
                    "Start this one again when that one is ready, or end the connection that holds the lock",
                    null);
        }
    }

    private static void warnOfForgetfulness(DatabaseServer server, Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(server.forgetfulness())) {
            while (row.next()) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "{0}: {1} is {2}: a crash may undo what was acknowledged, sign-outs among it. Set it to {3}",
                        server.address(),
                        row.getString(1),
                        row.getString(2),
                        row.getString(3));
            }
        }
    }

    private static void migrate(DatabaseServer server) {
        try {
            Flyway tables = Flyway.configure(DatabaseServer.class.getClassLoader())
                    .dataSource(server.source(MIGRATION_SECONDS))
                    .locations("classpath:db/migration/coatcheck-" + server.tables())
                    .table("coatcheck_schema")
                    // Tables of other programs beside ours are no reason to stop; ours start at version 1.
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .load();
            // Where a migration is no transaction, one that failed is noted as such, and nothing is migrated until that
            // is repaired.
            if (Arrays.stream(tables.info().all())
                    .anyMatch(migration -> migration.getState().isFailed())) {
                tables.repair();
            }
            tables.migrate();
        } catch (FlywayException e) {
            throw sqlCause(e) instanceof SQLException sql && server.isRefusal(sql)
                    ? server.refusal(sql)
                    : DatabaseSetupException.schema(server.address(), e);
        }
    }

    private static Throwable sqlCause(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null && !(cause instanceof SQLException)) {
            cause = cause.getCause();
        }
        return cause;
    }
}
