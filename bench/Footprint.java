import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * Start-up time, memory and size, measured on the packaged program as a process of its own.
 *
 * <p>Sessions are made by signing in over HTTP, with the cheapest hash that is allowed, so that the run takes minutes and not
 * an hour: what a session costs in memory does not depend on the hash.
 */
final class Footprint {
    private static final String PASSWORD = "correct horse battery staple";
    private static final int STARTS = 5;
    private static final int CONNECTIONS = 400;

    /** Fewer than the tries that the throttle lets one name from one address have at once. */
    private static final int THREADS = 4;

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    public static void main(String[] arguments) throws Exception {
        Path root = Path.of(arguments[0]);
        int sessions = Integer.parseInt(arguments[1]);
        Path jar = root.resolve("server/target/coatcheck/coatcheck.jar");
        if (!Files.exists(jar)) {
            System.err.println("There is no " + jar + ": run ./mvnw -DskipTests package first.");
            System.exit(1);
        }
        System.out.printf(
                "Java %s, %d processors, %s %s%n",
                Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"));
        Path folder = Files.createTempDirectory("coatcheck-footprint");
        try {
            startUp(jar, folder);
            memory(jar, folder, sessions, "memory");
            memory(jar, folder, sessions, "database");
            connections(jar, folder);
        } finally {
            remove(folder);
        }
        client(root);
    }

    private static void startUp(Path jar, Path folder) throws Exception {
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            int port = freePort();
            long before = System.nanoTime();
            Process server = start(jar, folder, port, "database");
            awaitAnswer(server, port);
            millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before));
            stop(server);
        }
        millis.sort(Comparator.naturalOrder());
        System.out.printf(
                "start-up to first answer: %d ms (median of %d; %d to %d)%n",
                millis.get(STARTS / 2), STARTS, millis.get(0), millis.get(STARTS - 1));
    }

    private static void memory(Path jar, Path folder, int sessions, String place) throws Exception {
        int port = freePort();
        Path own = Files.createDirectories(folder.resolve(place));
        addUser(jar, own);
        Process server = start(jar, own, port, place);
        try {
            awaitAnswer(server, port);
            // From now on the address is one that the name signed in from, and only held to its own tries.
            signIn(port, 1);
            signIn(port, 50);
            long[] before = used(server);
            long began = System.nanoTime();
            signIn(port, sessions);
            double seconds = (System.nanoTime() - began) / 1e9;
            long[] after = used(server);
            System.out.printf(
                    "sessions in %-8s: %d signed in within %.0f s; live heap %.1f -> %.1f MiB (%.0f bytes a session),"
                            + " process %.0f -> %.0f MiB%n",
                    place,
                    sessions,
                    seconds,
                    mib(before[0]),
                    mib(after[0]),
                    (after[0] - before[0]) / (double) sessions,
                    mib(before[1]),
                    mib(after[1]));
        } finally {
            stop(server);
        }
    }

    /** Each has asked twice, as a browser would with a cookie, and is kept alive. */
    private static void connections(Path jar, Path folder) throws Exception {
        int port = freePort();
        Process server = start(jar, Files.createDirectories(folder.resolve("connections")), port, "memory");
        List<Socket> open = new ArrayList<>();
        try {
            awaitAnswer(server, port);
            connect(port, 50, open);
            long before = used(server)[0];
            connect(port, CONNECTIONS, open);
            long after = used(server)[0];
            System.out.printf(
                    "open connections: %d; %.1f KiB of live heap each%n",
                    CONNECTIONS, (after - before) / 1024.0 / CONNECTIONS);
        } finally {
            for (Socket connection : open) {
                connection.close();
            }
            stop(server);
        }
    }

    private static void connect(int port, int times, List<Socket> open) throws IOException {
        byte[] request = ("GET /auth/session HTTP/1.1\r\nHost: localhost:" + port
                        + "\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)\r\n"
                        + "Accept: application/json\r\nAccept-Language: en-GB,en;q=0.9\r\nCookie: coatcheck=" + "c".repeat(86)
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < times; i++) {
            Socket connection = new Socket(InetAddress.getLoopbackAddress(), port);
            open.add(connection);
            for (int asked = 0; asked < 2; asked++) {
                connection.getOutputStream().write(request);
                if (connection.getInputStream().read(new byte[8_192]) < 0) {
                    throw new IOException("the server closed a connection");
                }
            }
        }
    }

    private static void client(Path root) throws IOException {
        for (String name : List.of("client", "react")) {
            Path dist = root.resolve("client/packages/" + name + "/dist");
            if (!Files.isDirectory(dist)) {
                System.out.println("client: not built (" + dist + ")");
                continue;
            }
            long plain = 0;
            long zipped = 0;
            try (Stream<Path> files = Files.walk(dist)) {
                for (Path file : files.filter(path -> path.toString().matches(".*\\.m?js")).toList()) {
                    byte[] bytes = Files.readAllBytes(file);
                    plain += bytes.length;
                    zipped += gzip(bytes);
                }
            }
            System.out.printf("@coatcheck/%s: %d bytes gzip (%d plain)%n", name, zipped, plain);
        }
    }

    private static int gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.size();
    }

    private static void signIn(int port, int times) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                Callable<Integer> one = () -> signInOnce(port);
                answers.add(threads.submit(one));
            }
            for (Future<Integer> answer : answers) {
                if (answer.get() != 200) {
                    throw new IllegalStateException("a sign-in was answered " + answer.get());
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static int signInOnce(int port) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/auth/login"))
                .header("Content-Type", "application/json")
                .header("Origin", "http://localhost:" + port)
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"username\":\"ann\",\"password\":\"" + PASSWORD + "\"}"))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    /** Live heap after a full collection, and resident memory where the system tells. */
    private static long[] used(Process server) throws Exception {
        String text = run(List.of(java("jcmd"), Long.toString(server.pid()), "GC.run"))
                + run(List.of(java("jcmd"), Long.toString(server.pid()), "GC.heap_info"));
        long heap = text.lines()
                .filter(line -> line.contains("used "))
                .limit(1)
                .map(line -> line.replaceAll(".*used (\\d+)K.*", "$1"))
                .mapToLong(Long::parseLong)
                .sum();
        Path status = Path.of("/proc/" + server.pid() + "/status");
        long resident = Files.exists(status)
                ? Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .sum()
                : 0;
        return new long[] {heap * 1024, resident * 1024};
    }

    private static Process start(Path jar, Path folder, int port, String place) throws IOException {
        Process server = program(jar, folder, port, place, "serve")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(folder.resolve("log").toFile())
                .start();
        // An interrupted run leaves no server behind.
        Runtime.getRuntime().addShutdownHook(new Thread(server::destroyForcibly));
        return server;
    }

    private static void addUser(Path jar, Path folder) throws Exception {
        Process process =
                program(jar, folder, freePort(), "database", "users", "add", "ann").start();
        try (OutputStream in = process.getOutputStream()) {
            in.write((PASSWORD + "\n").getBytes(StandardCharsets.UTF_8));
        }
        if (process.waitFor() != 0) {
            throw new IllegalStateException(
                    new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static ProcessBuilder program(Path jar, Path folder, int port, String place, String... arguments) {
        List<String> command = new ArrayList<>(List.of(java("java"), "-Xmx512m", "-jar", jar.toString()));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment()
                .putAll(Map.of(
                        "COATCHECK_LISTEN", "127.0.0.1:" + port,
                        "COATCHECK_SESSIONS", place,
                        "COATCHECK_SESSION_PER_USER", "10000",
                        "COATCHECK_LOG_LEVEL", "warning",
                        "COATCHECK_PASSWORD_MEMORY", "7MiB",
                        "COATCHECK_PASSWORD_ITERATIONS", "1"));
        return builder;
    }

    private static void awaitAnswer(Process server, int port) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/healthz"))
                .build();
        while (server.isAlive()) {
            try {
                if (HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (IOException notYet) {
                server.waitFor(5, TimeUnit.MILLISECONDS);
            }
        }
        throw new IllegalStateException("the server ended with " + server.exitValue());
    }

    private static void stop(Process server) throws InterruptedException {
        server.destroy();
        if (!server.waitFor(10, TimeUnit.SECONDS)) {
            server.destroyForcibly().waitFor();
        }
    }

    private static String run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return text;
    }

    private static String java(String program) {
        return Path.of(System.getProperty("java.home"), "bin", program).toString();
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private static double mib(long bytes) {
        return bytes / 1024.0 / 1024.0;
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private Footprint() {}
}
