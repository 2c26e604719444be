package dev.coatcheck.stores.sql;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A real database server on a free port, one of each kind for all tests of a JVM, and an empty database in it for each test. */
abstract class ServerFixture {
    static final ServerFixture POSTGRESQL = new Postgresql();
    static final ServerFixture MARIADB = new Mariadb();
    static final ServerFixture MYSQL = new Mysql();

    private static final class Postgresql extends ServerFixture {
        private @Nullable EmbeddedPostgres server;

        @Override
        synchronized String url() throws Exception {
            if (server == null) {
                EmbeddedPostgres started = EmbeddedPostgres.builder()
                        .setServerConfig("max_connections", "300")
                        .setServerConfig("shared_preload_libraries", "pg_stat_statements")
                        .setPGStartupWait(Duration.ofSeconds(60))
                        .start();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    try {
                        started.close();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }));
                server = started;
            }
            return "postgresql://postgres@127.0.0.1:" + server.getPort() + "/";
        }

        @Override
        Connection administrator() throws Exception {
            return DriverManager.getConnection("jdbc:" + url().replace("postgres@", "") + "postgres?user=postgres");
        }

        /** A connection keeps what it did to itself for a while, unless it is told to say it. */
        @Override
        ServerWork work(SqlDatabase measured) {
            return measured.read("statistics", sql -> {
                sql.update("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
                sql.all("SELECT pg_stat_force_next_flush() IS NULL", row -> row.getBoolean(1));
                return sql.first(
                                "SELECT (SELECT sum(calls) FROM pg_stat_statements WHERE dbid = datid),"
                                        + " xact_commit + xact_rollback FROM pg_stat_database"
                                        + " WHERE datname = current_database()",
                                row -> new ServerWork(row.getLong(1), row.getLong(2)))
                        .orElseThrow();
            });
        }

        /** The server trusts whoever comes from this host: this one is asked for the password. */
        @Override
        void userWithoutRights(String name, String password) throws Exception {
            say("DROP ROLE IF EXISTS " + name);
            say("CREATE ROLE " + name + " LOGIN PASSWORD '" + password + "'");
            try (Connection connection = administrator();
                    Statement statement = connection.createStatement()) {
                ResultSet row = statement.executeQuery("SHOW hba_file");
                row.next();
                Path rules = Path.of(row.getString(1));
                Files.writeString(
                        rules, "host all " + name + " 127.0.0.1/32 scram-sha-256\n" + Files.readString(rules));
                statement.execute("SELECT pg_reload_conf()");
            }
        }

        @Override
        void userOfTheGuide(String name, String password) throws Exception {
            say("CREATE ROLE " + name + " LOGIN PASSWORD '" + password + "'");
            say("CREATE DATABASE " + name + " OWNER " + name);
        }

        @Override
        public String toString() {
            return "PostgreSQL";
        }
    }

    /** MariaDB and MySQL: unpacked, as a process of its own, into a folder of its own. */
    private abstract static class Mysqld extends ServerFixture {
        private @Nullable MysqldProcess server;

        abstract MysqldProcess start() throws Exception;

        private synchronized MysqldProcess server() throws Exception {
            if (server == null) {
                MysqldProcess started = start();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    try {
                        started.close();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }));
                server = started;
            }
            return server;
        }

        @Override
        String url() throws Exception {
            return server().url();
        }

        @Override
        Connection administrator() throws Exception {
            return server().connect();
        }

        @Override
        void userOfTheGuide(String name, String password) throws Exception {
            say("CREATE DATABASE " + name + " CHARACTER SET utf8mb4");
            say("CREATE USER '" + name + "'@'localhost' IDENTIFIED BY '" + password + "'");
            say("GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, REFERENCES, DROP ON " + name + ".* TO '"
                    + name + "'@'localhost'");
        }
    }

    private static final class Mariadb extends Mysqld {
        @Override
        MysqldProcess start() throws Exception {
            MysqldProcess started =
                    MysqldProcess.mariadb("--max-connections=300", "--innodb-flush-log-at-trx-commit=0");
            // It was started without its grants, so that root can come in without a socket.
            try (Connection connection = started.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("FLUSH PRIVILEGES");
                statement.execute(
                        "ALTER USER 'root'@'localhost' IDENTIFIED VIA mysql_native_password USING PASSWORD('')");
            }
            return started;
        }

        /** Of transactions it counts those that a word begins. */
        @Override
        ServerWork work(SqlDatabase measured) {
            Map<String, Long> status = new HashMap<>();
            measured.read(
                    "statistics",
                    sql -> sql.all(
                            "SELECT variable_name, variable_value FROM information_schema.global_status"
                                    + " WHERE variable_name IN ('QUESTIONS', 'COM_COMMIT', 'COM_ROLLBACK')",
                            row -> status.put(row.getString(1), row.getLong(2))));
            return new ServerWork(status.get("QUESTIONS"), status.get("COM_COMMIT") + status.get("COM_ROLLBACK"));
        }

        @Override
        void userWithoutRights(String name, String password) throws Exception {
            say("CREATE OR REPLACE USER '" + name + "'@'%' IDENTIFIED BY '" + password + "'");
            say("CREATE OR REPLACE USER '" + name + "'@'localhost' IDENTIFIED BY '" + password + "'");
        }

        @Override
        public String toString() {
            return "MariaDB";
        }
    }

    private static final class Mysql extends Mysqld {
        @Override
        MysqldProcess start() throws Exception {
            return MysqldProcess.mysql("--max-connections=300", "--innodb-flush-log-at-trx-commit=0", "--skip-log-bin");
        }

        /** Of transactions it counts those that a word begins. */
        @Override
        ServerWork work(SqlDatabase measured) {
            return measured.read(
                    "statistics",
                    sql -> sql.first(
                                    "SELECT variable_value, (SELECT sum(count_star)"
                                            + " FROM performance_schema.events_statements_summary_global_by_event_name"
                                            + " WHERE event_name IN ('statement/sql/commit', 'statement/sql/rollback'))"
                                            + " FROM performance_schema.global_status WHERE variable_name = 'Questions'",
                                    row -> new ServerWork(row.getLong(1), row.getLong(2)))
                            .orElseThrow());
        }

        @Override
        void userWithoutRights(String name, String password) throws Exception {
            say("DROP USER IF EXISTS '" + name + "'@'%'");
            say("CREATE USER '" + name + "'@'%' IDENTIFIED BY '" + password + "'");
        }

        @Override
        public String toString() {
            return "MySQL";
        }
    }

    private static final AtomicInteger DATABASES = new AtomicInteger();

    /** The server's address, up to the database's name. */
    abstract String url() throws Exception;

    /** What the server counted so far, read on the connection that is measured: each reading costs the same. */
    abstract ServerWork work(SqlDatabase measured);

    /** How its addresses begin. */
    String scheme() {
        return toString().toLowerCase(Locale.ROOT);
    }

    /** Makes a user who may sign in and do nothing. */
    abstract void userWithoutRights(String name, String password) throws Exception;

    /** Makes a user as docs/guide-stores.md says, and the database. */
    abstract void userOfTheGuide(String name, String password) throws Exception;

    /** A connection of somebody who may do everything. */
    abstract Connection administrator() throws Exception;

    /** The address of a new and empty database. */
    String emptyDatabase() throws Exception {
        String name = "test" + DATABASES.incrementAndGet();
        say("CREATE DATABASE " + name);
        return url() + name;
    }

    void say(String statement) throws Exception {
        try (Connection connection = administrator();
                Statement said = connection.createStatement()) {
            said.execute(statement);
        }
    }

    static Connection connect(String url) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:" + url.replaceFirst("^mysql:", "mariadb:").replaceFirst("//(\\w+)@(.*)", "//$2?user=$1"));
    }
}
