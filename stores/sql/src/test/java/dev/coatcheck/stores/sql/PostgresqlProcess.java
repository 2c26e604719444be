package dev.coatcheck.stores.sql;

import dev.coatcheck.testkit.StoreFaults;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL of a test's own, which may be killed, halted and started again on its data. Its operator lets it acknowledge
 * commits before they are written: our own connections have to insist.
 */
final class PostgresqlProcess implements StoreFaults.Server, AutoCloseable {
    private final Path data;
    private EmbeddedPostgres server;

    PostgresqlProcess() throws IOException {
        data = Files.createTempDirectory("coatcheck-postgresql");
        server = start(0);
    }

    String url() {
        return "postgresql://postgres@127.0.0.1:" + server.getPort() + "/postgres";
    }

    private EmbeddedPostgres start(int port) throws IOException {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "off")
                .setServerConfig("full_page_writes", "on")
                .setPGStartupWait(Duration.ofSeconds(60));
        return (port == 0 ? builder : builder.setPort(port)).start();
    }

    private ProcessHandle postmaster() {
        try {
            long pid = Long.parseLong(
                    Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
            return ProcessHandle.of(pid).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From the next start on. */
    void isStandby() throws IOException {
        Files.createFile(data.resolve("standby.signal"));
    }

    private List<ProcessHandle> everything() {
        ProcessHandle postmaster = postmaster();
        List<ProcessHandle> all = new ArrayList<>(List.of(postmaster));
        all.addAll(postmaster.children().toList());
        return all;
    }

    /** The postmaster and all that serve connections, as when the machine goes. */
    @Override
    public void kill() {
        List<ProcessHandle> all = everything();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(process -> process.onExit().orTimeout(20, TimeUnit.SECONDS).join());
    }

    @Override
    public void stop() {
        ProcessHandle postmaster = postmaster();
        signal("INT", List.of(postmaster));
        postmaster.onExit().orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Override
    public void startAgain() {
        try {
            int port = server.getPort();
            // It holds a lock on the folder, though its server is gone.
            server.close();
            server = start(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void pause() {
        signal("STOP", everything());
    }

    @Override
    public void resume() {
        signal("CONT", everything());
    }

    private static void signal(String name, List<ProcessHandle> processes) {
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        processes.forEach(process -> command.add(Long.toString(process.pid())));
        try {
            // One that is gone already makes it fail, and is no matter.
            new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
