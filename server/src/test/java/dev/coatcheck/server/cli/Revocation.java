package dev.coatcheck.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.testkit.Rounds;
import dev.coatcheck.testkit.SilentProxy;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Two servers, each a process with a near-cache, on one store: what ends on A is refused by B within a second. */
@EnabledOnOs({OS.LINUX, OS.MAC})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Revocation {
    private static final Path PROGRAM =
            Path.of(System.getProperty("coatcheck.root", ".."), "server/target/coatcheck/coatcheck.jar");
    private static final String PASSWORD = "correct horse battery";
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    /** A request is begun in time and answered when a busy machine comes to it. */
    private static final long MOST = 3 * SECOND;

    @TempDir
    static Path folder;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private SilentProxy proxy;
    private Node a;
    private Node b;

    /** A process, and where it answers. */
    protected record Node(Process process, int port, int management) {
        URI at(String path) {
            return URI.create("http://localhost:" + port + path);
        }

        URI metrics() {
            return URI.create("http://localhost:" + management + "/metrics");
        }
    }

    /** Starts the server that both keep sessions on. @return its port */
    abstract int startStore() throws Exception;

    abstract void stopStore() throws Exception;

    /** The settings that name it, by this port. */
    abstract Map<String, String> settings(String node, int port);

    /** What the channel of signals says when it begins, and no other connection. */
    abstract String channelsWord();

    @BeforeAll
    void twoNodes() throws Exception {
        int port = startStore();
        proxy = new SilentProxy(port);
        Process add = process(
                environment("a", port, freePort(), freePort()), ProcessBuilder.Redirect.PIPE, "users", "add", "zoe");
        add.getOutputStream().write((PASSWORD + "\n").getBytes(StandardCharsets.UTF_8));
        add.getOutputStream().close();
        assertThat(add.waitFor()).as(log("users")).isZero();
        a = node("a", port);
        b = node("b", proxy.port());
    }

    @AfterAll
    void stop() throws Exception {
        for (Node node : new Node[] {a, b}) {
            if (node != null) {
                node.process().destroyForcibly();
            }
        }
        proxy.close();
        stopStore();
    }

    @Test
    void whatEndsOnOneNodeIsRefusedByTheOtherWithinASecond() throws Exception {
        long[] lags = new long[Rounds.of(20, 200)];
        for (int round = 0; round < lags.length; round++) {
            String ticket = keptByB();
            end(ticket);
            lags[round] = nanosUntilRefused(ticket);
        }
        report(getClass().getSimpleName() + ": ended on A, refused by B", lags);
        assertThat(metric("coatcheck_near_cache_hits_total")).isGreaterThanOrEqualTo(lags.length);
        String told = http.send(HttpRequest.newBuilder(b.metrics()).build(), BodyHandlers.ofString())
                .body();
        assertThat(told)
                .contains("coatcheck_near_cache_channel_up 1.0", "coatcheck_store_seconds_count{operation=\"find\"")
                .doesNotContain("zoe");
    }

    @Test
    void whileTheChannelOfTheOtherIsCutItRefusesWithinASecond() throws Exception {
        long[] lags = new long[Rounds.of(5, 50)];
        for (int round = 0; round < lags.length; round++) {
            await(() -> metric("coatcheck_near_cache_channel_up") == 1);
            String ticket = keptByB();
            proxy.cutThoseThatSaid(channelsWord());
            end(ticket);
            lags[round] = nanosUntilRefused(ticket);
            proxy.mend();
        }
        report(getClass().getSimpleName() + ": ended on A, refused by B with its channel cut", lags);
    }

    @Test
    void aNodeThatWasStoppedForFiveSecondsRefusesAsSoonAsItWakes() throws Exception {
        long[] lags = new long[Rounds.of(2, 10)];
        for (int round = 0; round < lags.length; round++) {
            String ticket = keptByB();
            signal("STOP", b);
            end(ticket);
            CompletableFuture<HttpResponse<String>> askedWhileStopped =
                    http.sendAsync(session(b, ticket), BodyHandlers.ofString());
            long wakeAt = System.nanoTime() + 5 * SECOND;
            while (System.nanoTime() - wakeAt < 0) {
                LockSupport.parkNanos(wakeAt - System.nanoTime());
            }
            signal("CONT", b);
            long woken = System.nanoTime();
            assertThat(status(b, ticket)).isEqualTo(401);
            lags[round] = System.nanoTime() - woken;
            assertThat(askedWhileStopped.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(401);
        }
        report(getClass().getSimpleName() + ": ended on A, refused by B after waking, at the first request", lags);
    }

    /** A session from A that B answers from its memory. */
    private String keptByB() throws Exception {
        HttpResponse<String> entered = http.send(
                HttpRequest.newBuilder(a.at("/auth/login"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "{\"username\":\"zoe\",\"password\":\"" + PASSWORD + "\",\"transport\":\"bearer\"}"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(entered.statusCode()).as(entered.body()).isEqualTo(200);
        String ticket = entered.body().replaceFirst(".*\"accessToken\":\"([^\"]+)\".*", "$1");
        await(() -> {
            double hits = metric("coatcheck_near_cache_hits_total");
            assertThat(status(b, ticket)).isEqualTo(200);
            return metric("coatcheck_near_cache_hits_total") > hits;
        });
        return ticket;
    }

    private void end(String ticket) throws Exception {
        HttpResponse<String> ended = http.send(
                HttpRequest.newBuilder(a.at("/auth/logout"))
                        .header("Authorization", "Bearer " + ticket)
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
        assertThat(ended.statusCode()).as(ended.body() + log("serve")).isEqualTo(204);
    }

    private long nanosUntilRefused(String ticket) throws Exception {
        long acknowledged = System.nanoTime();
        while (true) {
            long began = System.nanoTime();
            if (status(b, ticket) == 401) {
                return System.nanoTime() - acknowledged;
            }
            assertThat(began - acknowledged).as("a request let in").isLessThan(SECOND);
        }
    }

    private int status(Node node, String ticket) throws Exception {
        int status = http.send(session(node, ticket), BodyHandlers.ofString()).statusCode();
        assertThat(status).isIn(200, 401);
        return status;
    }

    private static HttpRequest session(Node node, String ticket) {
        return HttpRequest.newBuilder(node.at("/auth/session?slide=false"))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + ticket)
                .build();
    }

    private double metric(String name) throws Exception {
        String told = http.send(HttpRequest.newBuilder(b.metrics()).build(), BodyHandlers.ofString())
                .body();
        return told.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + told));
    }

    private static void report(String what, long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        long worst = sorted[sorted.length - 1];
        System.out.printf(
                "%s: median %.1f ms, worst %.1f ms of %d%n",
                what, sorted[sorted.length / 2] / 1e6, worst / 1e6, sorted.length);
        assertThat(worst).isLessThan(MOST);
    }

    private Node node(String name, int storePort) throws Exception {
        int port = freePort();
        int management = freePort();
        Process process = process(
                environment(name, storePort, port, management),
                ProcessBuilder.Redirect.from(new File("/dev/null")),
                "serve");
        Node node = new Node(process, port, management);
        await(() -> {
            assertThat(process.isAlive()).as(log("serve")).isTrue();
            try {
                return http.send(HttpRequest.newBuilder(node.at("/readyz")).build(), BodyHandlers.ofString())
                                .statusCode()
                        == 200;
            } catch (IOException e) {
                return false;
            }
        });
        return node;
    }

    private Map<String, String> environment(String name, int storePort, int port, int management) {
        Map<String, String> environment = new HashMap<>(settings(name, storePort));
        environment.putAll(Map.of(
                "COATCHECK_LISTEN",
                "127.0.0.1:" + port,
                "COATCHECK_MANAGEMENT_LISTEN",
                "127.0.0.1:" + management,
                "COATCHECK_KEYS_FILE",
                folder.resolve("keys").toString(),
                "COATCHECK_NEAR_CACHE_SESSIONS",
                "1000"));
        return environment;
    }

    private Process process(Map<String, String> environment, ProcessBuilder.Redirect in, String... arguments)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"), "-Xmx256m", "-jar", PROGRAM.toString())
                .redirectInput(in)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve(arguments[0] + ".log").toFile()));
        builder.command().addAll(Arrays.asList(arguments));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private String log(String name) throws IOException {
        return Files.readString(folder.resolve(name + ".log"));
    }

    private static void signal(String name, Node node) throws Exception {
        assertThat(new ProcessBuilder(
                                "kill", "-" + name, Long.toString(node.process().pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long end = System.nanoTime() + 60 * SECOND;
        while (!condition.holds()) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(20_000_000);
        }
    }
}
