package dev.coatcheck.stores.sql;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Map;

/** MariaDB, by its own driver. */
record MariadbServer(ServerAddress address) implements MysqlFamily {
    @Override
    public Map<String, String> encryption() {
        return address.parameter("sslmode")
                .map(mode -> Map.of("sslMode", MysqlFamily.sslMode(mode)))
                .orElseGet(Map::of);
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
                    isMariadb ? "Bring the server up to date, or name another one" : "Write mysql:// in the address",
                    null);
        }
        refuseReadOnly(connection);
    }
}
