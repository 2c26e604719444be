package dev.coatcheck.stores.sql;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** MySQL, by MariaDB's driver: MySQL's own is under the GPL. */
record MysqlServer(ServerAddress address) implements MysqlFamily {
    /** The oldest that the tests have run on. */
    private static final int OLDEST_8_0 = 31;

    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4}).*");

    /**
     * Encrypted, unless plain text is asked for. A MySQL that has just started lets a password in over TLS, or encrypted with
     * its own key, which is then to be had from itself: without either, a node would be let in until the next restart only.
     */
    @Override
    public Map<String, String> encryption() {
        String mode = address.parameter("sslmode").orElse("require");
        return mode.equals("disable")
                ? Map.of("sslMode", mode, "allowPublicKeyRetrieval", "true")
                : Map.of("sslMode", MysqlFamily.sslMode(mode));
    }

    /** It gives up queries, and waits for locks; nothing else. */
    @Override
    public String session(int statementTimeoutMillis) {
        return "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', innodb_lock_wait_timeout = 1,"
                + " max_execution_time = " + statementTimeoutMillis;
    }

    @Override
    public void check(Connection connection) throws SQLException {
        DatabaseMetaData server = connection.getMetaData();
        boolean isMysql = server.getDatabaseProductName().equals("MySQL");
        if (!isMysql || !isNewEnough(server.getDatabaseProductVersion())) {
            throw DatabaseSetupException.server(
                    address,
                    "it is " + server.getDatabaseProductName() + " " + server.getDatabaseProductVersion()
                            + ", and Coatcheck needs MySQL 8.0." + OLDEST_8_0 + " or later",
                    isMysql ? "Bring the server up to date, or name another one" : "Write mariadb:// in the address",
                    null);
        }
        refuseReadOnly(connection);
    }

    /** A MariaDB often does not encrypt, and is met before anybody can ask what it is. */
    @Override
    public DatabaseSetupException refusal(SQLException e) {
        return String.valueOf(e.getMessage()).contains("ssl not enabled")
                ? DatabaseSetupException.server(
                        address,
                        "it does not encrypt",
                        "Switch TLS on there, or add sslmode=disable where nobody can listen. If it is a MariaDB, write"
                                + " mariadb:// in the address",
                        e)
                : MysqlFamily.super.refusal(e);
    }

    static boolean isNewEnough(String version) {
        Matcher parts = VERSION.matcher(version);
        if (!parts.matches()) {
            return false;
        }
        int major = Integer.parseInt(parts.group(1));
        return major > 8
                || (major == 8
                        && (Integer.parseInt(parts.group(2)) > 0 || Integer.parseInt(parts.group(3)) >= OLDEST_8_0));
    }
}
