package dev.coatcheck.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import redis.embedded.core.ExecutableProvider;

/**
 * A Redis server of the run's own on a free port of the loopback interface: the installed one, or else the one (6.2) that a
 * library brings. Append-only file, synced every second, as sessions want it.
 */
final class RedisServer implements StorePlace {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final Process process;
    private final int port;
    private final String version;
    private final Path log;

    private RedisServer(Process process, int port, String version, Path log) {
        this.process = process;
        this.port = port;
        this.version = version;
        this.log = log;
    }

    static RedisServer start(Path folder) {
        try {
            String binary = installed().orElseGet(RedisServer::embedded).toString();
            int port = freePort();
            File log = folder.resolve("redis.log").toFile();
            Process process = new ProcessBuilder(List.of(
                            binary,
                            "--port",
                            Integer.toString(port),
                            "--bind",
                            "127.0.0.1",
                            "--dir",
                            folder.toString(),
                            "--appendonly",
                            "yes",
                            "--appendfsync",
                            "everysec",
                            "--auto-aof-rewrite-percentage",
                            "0",
                            "--save",
                            ""))
                    .redirectErrorStream(true)
                    .redirectOutput(log)
                    .start();
            RedisServer server = new RedisServer(process, port, version(binary), log.toPath());
            server.awaitAnswer();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of a database of its own, and so a channel: what one variant writes is not told to another's near-cache. */
    @Override
    public String url(Variant variant) {
        int database = switch (variant.layer()) {
            case NONE, AS_LONG -> 0;
            case CALL -> 1;
            case SESSIONS -> 2;
            case NEAR -> 3;
            case TWO_CALLS -> 4;
        };
        return url() + "/" + database;
    }

    String url() {
        return "redis://127.0.0.1:" + port;
    }

    @Override
    public Optional<Cpu> cpu() {
        return Optional.of(new Cpu(process.pid()));
    }

    @Override
    public Optional<Path> log() {
        return Optional.of(log);
    }

    @Override
    public String described() {
        return version + ", appendonly, synced every second";
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitAnswer() throws IOException {
        long began = System.nanoTime();
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() - began > PATIENCE_NANOS) {
                close();
                throw CannotMeasureException.because(
                        "redis-server does not start: " + Files.readString(log), "Leave redis out of --stores.");
            }
        }
    }

    /** Somebody else may have been faster to take the port: then our process ends, and this is not asked. */
    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            socket.setSoTimeout(2_000);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII).equals("+PONG");
        } catch (IOException notYet) {
            return false;
        }
    }

    private static Optional<Path> installed() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .flatMap(folder -> Stream.of("redis-server", "valkey-server").map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Path embedded() {
        try {
            return ExecutableProvider.newJarResourceProvider().get().toPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String version(String binary) throws IOException {
        Process process = new ProcessBuilder(binary, "--version").start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return text.replaceAll("(?s).*?(Redis|Valkey) server v=(\\S+).*", "$1 $2");
    }

    static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
