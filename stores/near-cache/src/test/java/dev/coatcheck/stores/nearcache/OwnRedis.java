package dev.coatcheck.stores.nearcache;

import dev.coatcheck.stores.redis.RedisSettings;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
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
import redis.embedded.core.ExecutableProvider;

/** A Redis of one test's own, which keeps what it acknowledged and may be killed, halted and started again. */
final class OwnRedis implements AutoCloseable {
    private final Path folder = Files.createTempDirectory("coatcheck-redis");
    private final List<String> more;
    private final int port;
    private Process process;

    /** With these settings beside those that let it keep what it acknowledged. */
    OwnRedis(String... more) throws IOException, InterruptedException {
        this.more = List.of(more);
        port = freePort();
        process = launch();
    }

    /** Low enough for a node of a Cluster, which opens the port 10,000 above its own too. */
    private static int freePort() throws IOException {
        while (true) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                if (socket.getLocalPort() < 55_000) {
                    return socket.getLocalPort();
                }
            }
        }
    }

    int port() {
        return port;
    }

    RedisSettings settings() {
        return Redis.at(RedisSettings.DEFAULT, port).withTimeout(Duration.ofMillis(300));
    }

    private Process launch() throws IOException, InterruptedException {
        String binary = ExecutableProvider.newJarResourceProvider().get().getAbsolutePath();
        List<String> command = new ArrayList<>(List.of(
                binary,
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--dir",
                folder.toString(),
                "--save",
                "",
                "--appendonly",
                "yes",
                "--appendfsync",
                "always"));
        command.addAll(more);
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!answers()) {
            if (!started.isAlive() || System.nanoTime() - end > 0) {
                throw new IllegalStateException("redis-server does not start: " + folder.resolve("log"));
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        return started;
    }

    private boolean answers() {
        try {
            return say("PING").equals("PONG");
        } catch (IOException e) {
            return false;
        }
    }

    /** What it answers to the last of these lines: a word, a number, an error or a text. */
    String say(String... lines) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(5_000);
            DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            String answer = "";
            for (String line : lines) {
                socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
                String first = line(in);
                if (first.startsWith("$")) {
                    byte[] text = in.readNBytes(Integer.parseInt(first.substring(1)) + 2);
                    answer = new String(text, StandardCharsets.UTF_8).strip();
                } else {
                    answer = first.substring(1);
                }
            }
            return answer;
        }
    }

    private static String line(DataInputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (char c = (char) in.readByte(); c != '\r'; c = (char) in.readByte()) {
            line.append(c);
        }
        in.readByte();
        return line.toString();
    }

    /** At once, as {@code kill -9} does. */
    void kill() {
        process.destroyForcibly();
        process.onExit().orTimeout(20, TimeUnit.SECONDS).join();
    }

    void startAgain() throws IOException, InterruptedException {
        process = launch();
    }

    /** Connections stay, and nothing is answered. */
    void halt() throws IOException, InterruptedException {
        signal("STOP");
    }

    void goOn() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        if (new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor()
                != 0) {
            throw new IllegalStateException("can't send " + name + " to the server");
        }
    }

    @Override
    public void close() throws IOException {
        kill();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
