package dev.coatcheck.stores.sql;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.mariadb.jdbc.MariaDbDataSource;

/** MariaDB, by its own driver. */
record MariadbServer(ServerAddress address) implements DatabaseServer {
    @Override
    public Dialect dialect() {
        return new MariadbDialect();
    }

    @Override
    public DataSource source(int answerWithinSeconds) {
        Map<String, String> options = new LinkedHashMap<>();
        // A step is several statements in one message.
        options.put("allowMultiQueries", "true");
        options.put("connectTimeout", Integer.toString(1_000 * PooledEngine.CONNECT_TIMEOUT_SECONDS));
        options.put("socketTimeout", Integer.toString(1_000 * answerWithinSeconds));
        options.put("allowLocalInfile", "false");
        address.parameter("sslmode").ifPresent(mode -> options.put("sslMode", sslMode(mode)));
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

    private static String sslMode(String mode) {
        return mode.equals("require") ? "trust" : mode;
    }

    @Override
    public String session(int statementTimeoutMillis) {
        return "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', innodb_lock_wait_timeout = 1,"
                + " max_statement_time = " + statementTimeoutMillis / 1_000.0;
    }

    @Override
    public void check(Connection connection) throws SQLException {
        DatabaseMetaData server = connection.getMetaData();
        boolean isMariadb = server.getDatabaseProductName().contains("MariaDB");
        int major = server.getDatabaseMajorVersion();
        if (!isMariadb || major < 10 || (major == 10 && server.getDatabaseMinorVersion() < 6)) {
            throw DatabaseSetupException.server(
                    address,
                    "it is " + server.getDatabaseProductName() + " " + server.getDatabaseProductVersion()
                            + ", and Coatcheck needs MariaDB 10.6 or later",
                    "Bring the server up to date, or name another one",
                    null);
        }
    }

    @Override
    public String forgetfulness() {
        return "SELECT 'innodb_flush_log_at_trx_commit', @@innodb_flush_log_at_trx_commit, 1 FROM dual"
                + " WHERE @@innodb_flush_log_at_trx_commit <> 1";
    }

    /** Locks are the server's: other databases on it have their own. */
    @Override
    public String lock(int seconds) {
        return "SELECT get_lock('coatcheck-schema-" + address.database() + "', " + seconds + ")";
    }

    @Override
    public boolean isRefusal(SQLException e) {
        return List.of(1044, 1142, 1227).contains(e.getErrorCode());
    }

    @Override
    public DatabaseSetupException refusal(SQLException e) {
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
