package dev.coatcheck.server.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.coatcheck.site.Origin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The form's endpoint as the demo's page uses it, and as somebody else's page would like to. */
class DoctorDeskTest {
    private static final String PASSWORD = "correct horse 42";

    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private final CountDownLatch holding = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer backend;
    private Server server;
    private int port;

    @BeforeEach
    void start() throws Exception {
        backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        backend.setExecutor(threads);
        backend.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            asked.add(exchange.getRequestMethod() + " " + path);
            String sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (!path.equals("/login") || exchange.getRequestMethod().equals("OPTIONS")) {
                exchange.getResponseHeaders().add("Access-Control-Allow-Origin", "http://localhost:5173");
                exchange.getResponseHeaders().add("Access-Control-Allow-Credentials", "true");
                exchange.getResponseHeaders().add("Access-Control-Allow-Headers", "content-type");
            }
            switch (exchange.getRequestMethod().equals("OPTIONS") ? "" : path) {
                case "/held" -> {
                    holding.countDown();
                    await(mayAnswer);
                }
                case "/login" -> {
                    exchange.getResponseHeaders().add("Set-Cookie", "sid=abcdefghijkl; SameSite=None");
                    exchange.getResponseHeaders().add("X-Echo", sent);
                    exchange.getResponseHeaders().add("Access-Control-Allow-Origin", sent.replace('"', ' '));
                }
                case "/away" ->
                    exchange.getResponseHeaders().add("Location", "http://localhost:" + port + "/elsewhere");
                default -> exchange.getResponseHeaders().add("X-Fine", "yes");
            }
            exchange.sendResponseHeaders(path.equals("/away") ? 302 : 200, -1);
            exchange.close();
        });
        backend.start();
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = probe.getLocalPort();
        }
        server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setPort(port);
        server.addConnector(connector);
        server.setHandler(
                new DoctorDesk(Origin.parse("http://localhost:" + port).orElseThrow(), false));
        server.start();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void stop() throws Exception {
        mayAnswer.countDown();
        backend.stop(0);
        server.stop();
        threads.shutdownNow();
    }

    private String api() {
        return "http://localhost:" + backend.getAddress().getPort();
    }

    private String form(String more) {
        return "{\"app\":\"http://localhost:5173\",\"api\":\"" + api() + "\",\"browser\":\"chromium\"" + more + "}";
    }

    private List<String> ownHeaders() {
        return List.of(
                "Host: localhost:" + port,
                "Origin: http://localhost:" + port,
                "Sec-Fetch-Site: same-origin",
                "Content-Type: application/json");
    }

    private List<String> with(String changed) {
        String name = changed.substring(0, changed.indexOf(':') + 1);
        List<String> kept =
                ownHeaders().stream().filter(header -> !header.startsWith(name)).toList();
        return java.util.stream.Stream.concat(
                        kept.stream(), java.util.stream.Stream.of(changed).filter(line -> !line.endsWith(":")))
                .toList();
    }

    private String send(String method, List<String> headers, String body) throws IOException {
        try (Socket socket = open(method, headers, body)) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Socket open(String method, List<String> headers, String body) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head = method + " " + DoctorDesk.PATH + " HTTP/1.1\r\n" + String.join("\r\n", headers)
                + "\r\nConnection: close\r\nContent-Length: " + bytes.length + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(bytes);
        return socket;
    }

    private String examine(String more) throws IOException {
        return send("POST", ownHeaders(), form(more));
    }

    private static final String LOGIN =
            ",\"login\":\"/login\",\"body\":\"{\\\"password\\\":\\\"{{password}}\\\"}\",\"password\":\"" + PASSWORD
                    + "\",\"me\":\"/me\"";

    @Test
    void thePageOfTheDemoGetsTheStepsAndThenTheReport() throws IOException {
        String answer = examine(LOGIN);
        assertThat(answer)
                .startsWith("HTTP/1.1 200")
                .contains("application/x-ndjson", "no-store")
                .contains("{\"step\":\"before the sign-in\"}")
                .contains("{\"report\":{\"app\":\"http://localhost:5173\"", "\"healthy\":false")
                .doesNotContain("\r\nAccess-Control-Allow");
        assertThat(asked).contains("GET /me", "POST /login");
    }

    @Test
    void thePasswordComesBackInNoForm() throws IOException {
        // This backend says what it was sent in the very header that the doctor quotes.
        assertThat(examine(LOGIN))
                .startsWith("HTTP/1.1 200")
                .contains("Access-Control-Allow-Origin: { password : [redacted]")
                .doesNotContain(PASSWORD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin: https://evil.test",
                "Origin: null",
                "Origin:",
                "Origin: http://localhost:1",
                "Origin: http://127.0.0.1",
                "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: same-site",
                "Sec-Fetch-Site: none"
            })
    void anotherPageIsRefusedBeforeAnythingIsAsked(String header) throws IOException {
        assertThat(send("POST", with(header), form("")))
                .startsWith("HTTP/1.1 403")
                .contains("refused");
        assertThat(asked).isEmpty();
    }

    @Test
    void aNameThatWasMadeToLeadHereIsRefused() throws IOException {
        for (String host : List.of("evil.test:" + port, "127.0.0.1:" + port, "localhost", "localhost:1")) {
            List<String> rebound = List.of(
                    "Host: " + host,
                    "Origin: http://" + host,
                    "Sec-Fetch-Site: same-origin",
                    "Content-Type: application/json");
            assertThat(send("POST", rebound, form(""))).as(host).startsWith("HTTP/1.1 421");
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void whatAFormOfAnotherPageCanSendIsRefused() throws IOException {
        for (String type :
                List.of("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")) {
            assertThat(send("POST", with("Content-Type: " + type), form(""))).startsWith("HTTP/1.1 415");
        }
        assertThat(send("GET", ownHeaders(), "")).startsWith("HTTP/1.1 405");
        assertThat(send("OPTIONS", with("Origin: https://evil.test"), ""))
                .startsWith("HTTP/1.1 405")
                .doesNotContainIgnoringCase("Access-Control-Allow");
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://192.0.2.1:8000",
                "http://169.254.169.254",
                "http://0.0.0.0:8000",
                "http://10.0.0.1",
                "http://[::ffff:10.0.0.1]",
                "http://[fe80::1]",
                "http://2130706433.example"
            })
    void otherMachinesAreNotAsked(String elsewhere) throws IOException {
        String answer = send("POST", ownHeaders(), form("").replace(api(), elsewhere));
        assertThat(answer).startsWith("HTTP/1.1 200").contains("{\"refused\":").doesNotContain("\"report\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"me\":\"http://169.254.169.254/\"",
                "\"me\":\"//evil.test/\"",
                "\"me\":\"GET http://evil.test/\"",
                "\"login\":\"https://evil.test/\"",
                "\"logout\":\"evil\"",
                "\"me\":7",
                "\"surprise\":true"
            })
    void aPathIsAPathBelowTheApi(String member) throws IOException {
        assertThat(examine("," + member)).startsWith("HTTP/1.1 400").contains("refused");
        assertThat(asked).isEmpty();
    }

    @Test
    void anApiThatIsNoUrlIsExplainedInTheWordsOfTheForm() throws IOException {
        assertThat(send("POST", ownHeaders(), form("").replace(api(), "file:///etc/passwd")))
                .startsWith("HTTP/1.1 400")
                .contains("The API must be an http or https URL");
        assertThat(send("POST", ownHeaders(), form("").replace("chromium", "lynx")))
                .startsWith("HTTP/1.1 400");
        assertThat(send("POST", ownHeaders(), form(" ".repeat(9000)))).startsWith("HTTP/1.1 413");
    }

    @Test
    void aRedirectLeadsToNoOtherPort() throws IOException {
        assertThat(examine(",\"me\":\"/away\"")).contains("\"report\"");
        assertThat(asked).isNotEmpty().doesNotContain("GET /elsewhere");
    }

    @Test
    void whoeverHasReadTheReportMayAskAgainAtOnce() throws IOException {
        for (int i = 0; i < 30; i++) {
            assertThat(examine("")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void oneExaminationRunsAtATimeAndAClosedPageEndsIt() throws Exception {
        Socket first = open("POST", ownHeaders(), form(",\"me\":\"/held\""));
        assertThat(holding.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(examine("")).startsWith("HTTP/1.1 429").contains("Retry-After");
        first.close();
        mayAnswer.countDown();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            String answer = examine("");
            if (answer.startsWith("HTTP/1.1 200") || System.nanoTime() - end > 0) {
                assertThat(answer).contains("\"report\"");
                break;
            }
            Thread.onSpinWait();
        }
    }
}
