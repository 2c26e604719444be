package dev.coatcheck.stores.sql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.mariadb.jdbc.MariaDbDataSource;

/** What MariaDB and MySQL have in common: MariaDB's driver, the dialect, the tables, the error numbers. */
sealed interface MysqlFamily extends DatabaseServer permits MariadbServer, MysqlServer {
    /** A lock's name has no more signs than this. */
    int LOCK_NAME = 64;

    /** As many statements are prepared at most, for each connection: a server has room for 16,000, unless told otherwise. */
    int PREPARED = 32;

    @Override
    default Dialect dialect() {
        return new MariadbDialect();
    }

    @Override
    default String tables() {
        return "mariadb";
    }

    /** How the driver is to encrypt, and what goes with it. */
    Map<String, String> encryption();

    @Override
    default DataSource source(int answerWithinSeconds) {
        ServerAddress address = address();
        Map<String, String> options = new LinkedHashMap<>();
        // A step is several statements in one message.
        options.put("allowMultiQueries", "true");
        // What requests send often is prepared once for each connection: see Statements.often. Where the server has no
        // room for more, the driver goes on with text.
        options.put("useServerPrepStmts", "true");
        // Else the driver sends "run what you prepared last" before it knows: without room, MariaDB runs what was
        // prepared before.
        options.put("disablePipeline", "true");
        options.put("prepStmtCacheSize", Integer.toString(PREPARED));
        options.put("connectTimeout", Integer.toString(1_000 * PooledEngine.CONNECT_TIMEOUT_SECONDS));
        options.put("socketTimeout", Integer.toString(1_000 * answerWithinSeconds));
        options.put("allowLocalInfile", "false");
        options.putAll(encryption());
        address.parameter("sslrootcert").ifPresent(file -> options.put("serverSslCert", file));
        String query = options.entrySet().stream()
                .map(option -> option.getKey() + "=" + option.getValue())
                .collect(Collectors.joining("&"));
        try {
            MariaDbDataSource source = new MariaDbDataSource(
                    "jdbc:mariadb://" + address.host() + ":" + address.port() + "/" + address.database() + "?" + query);
            source.setUser(address.user());
            if (address.password().isPresent()) {
                source.setPassword(address.password().get());
            }
            return source;
        } catch (SQLException e) {
            throw refusal(e);
        }
    }

    /** The driver's word for it. */
    static String sslMode(String mode) {
        return mode.equals("require") ? "trust" : mode;
    }

    /** With a binary log, what is not in it is rolled back after a crash, whatever InnoDB's own log says. */
    @Override
    default String forgetfulness() {
        return "SELECT 'innodb_flush_log_at_trx_commit', @@innodb_flush_log_at_trx_commit, 1 FROM dual"
                + " WHERE @@innodb_flush_log_at_trx_commit <> 1 UNION ALL"
                + " SELECT 'sync_binlog', @@sync_binlog, 1 FROM dual WHERE @@log_bin AND @@sync_binlog <> 1";
    }

    @Override
    default boolean lock(Statement statement, int seconds) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT get_lock('" + lockName() + "', " + seconds + ")")) {
            return row.next() && row.getBoolean(1);
        }
    }

    /** Locks are the server's: other databases on it have their own. */
    default String lockName() {
        String name = "coatcheck-schema-" + address().database();
        return name.length() <= LOCK_NAME
                ? name
                : name.substring(0, LOCK_NAME - 9) + "-" + Integer.toHexString(name.hashCode());
    }

    /** What is read on a replica is old, and a user who may write there all the same would write what no other has. */
    default void refuseReadOnly(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@global.read_only, @@innodb_read_only")) {
            row.next();
            if (isOn(row.getString(1)) || isOn(row.getString(2))) {
                throw DatabaseSetupException.server(
                        address(),
                        "it is read only, as a replica is: what is read there may be old, and nothing is to be written",
                        "Name the primary, or promote this one (SET GLOBAL read_only = OFF)",
                        null);
            }
        }
    }

    /** Numbers, and words in newer releases. */
    private static boolean isOn(String value) {
        return !value.equals("0") && !value.equalsIgnoreCase("OFF");
    }

    @Override
    default boolean isRefusal(SQLException e) {
        return List.of(1044, 1142, 1227).contains(e.getErrorCode());
    }

    @Override
    default DatabaseSetupException refusal(SQLException e) {
        ServerAddress address = address();
        return switch (e.getErrorCode()) {
            case 1045, 1698 ->
                DatabaseSetupException.server(
                        address,
                        "it refuses the user or the password",
                        "Check both, and from where the user may come ('" + address.user() + "'@'host'), and set the"
                                + " password in database.password or the address",
                        e);
            case 1049 ->
                DatabaseSetupException.server(
                        address,
                        "it has no database of that name",
                        "Make it: CREATE DATABASE " + address.database() + " CHARACTER SET utf8mb4",
                        e);
            case 1044, 1142, 1227 ->
                DatabaseSetupException.server(
                        address,
                        "the user may not use that database, or make tables there",
                        "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, REFERENCES, DROP ON "
                                + address.database() + ".* TO '" + address.user() + "'",
                        e);
            case 1040, 1203 ->
                DatabaseSetupException.server(
                        address,
                        "it has no connection left",
                        "Raise max_connections, or lower pool= at the end of the address",
                        e);
            default -> DatabaseSetupException.unreachable(address, e);
        };
    }
}
