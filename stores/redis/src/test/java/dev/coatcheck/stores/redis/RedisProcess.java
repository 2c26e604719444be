package dev.coatcheck.stores.redis;

import dev.coatcheck.testkit.StoreFaults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A Redis server of the test's own, on a free port of the loopback interface, with a folder of its own. */
final class RedisProcess implements StoreFaults.Server, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path binary;
    private final List<String> first;
    private final List<String> settings;
    private final Path folder;
    private final int port;
    private Process process;

    private RedisProcess(Path binary, int port, Path folder, List<String> first, List<String> settings) {
        this.binary = binary;
        this.first = first;
        this.settings = settings;
        this.folder = folder;
        this.port = port;
        this.process = launch();
    }

    static RedisProcess start(RedisBinary binary, String... settings) {
        return start(binary, freePort(), settings);
    }

    static RedisProcess start(RedisBinary binary, int port, String... settings) {
        try {
            return new RedisProcess(
                    binary.path(),
                    port,
                    Files.createTempDirectory("coatcheck-redis"),
                    List.of(),
                    Stream.concat(Stream.of("--save", ""), Stream.of(settings)).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A Sentinel, which keeps its settings in a file that it rewrites. */
    static RedisProcess startSentinel(RedisBinary binary, String... lines) {
        try {
            Path folder = Files.createTempDirectory("coatcheck-sentinel");
            Path file = Files.write(folder.resolve("sentinel.conf"), List.of(lines));
            return new RedisProcess(binary.path(), freePort(), folder, List.of(file.toString()), List.of("--sentinel"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Low enough for a cluster node, which also opens the port 10,000 above its own. */
    static int freePort() {
        while (true) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                if (socket.getLocalPort() < 55_000) {
                    return socket.getLocalPort();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    int port() {
        return port;
    }

    String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** At once, without a chance to save anything. */
    @Override
    public void kill() {
        process.destroyForcibly();
        await();
    }

    /** As an administrator stops it. */
    @Override
    public void stop() {
        process.destroy();
        await();
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

    private Process launch() {
        List<String> command = new ArrayList<>(List.of(binary.toString()));
        command.addAll(first);
        command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1", "--dir", folder.toString()));
        command.addAll(settings);
        try {
            Process started = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("log").toFile()))
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
            awaitPort(started);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitPort(Process started) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
                socket.setSoTimeout(2_000);
                socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
                String answer = new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII);
                // Somebody else may have been faster to take the port.
                if (started.isAlive() && (answer.equals("+PONG") || answer.equals("-NOAU"))) {
                    return;
                }
            } catch (IOException e) {
                Thread.onSpinWait();
            }
            if (!started.isAlive() || System.nanoTime() > end) {
                throw new IllegalStateException(
                        "redis-server does not start: " + Files.readString(folder.resolve("log")));
            }
        }
    }

    private void await() {
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the server does not stop");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
