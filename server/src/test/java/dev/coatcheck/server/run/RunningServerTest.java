package dev.coatcheck.server.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.server.JettyLimits;
import dev.coatcheck.settings.InvalidSettingsException;
import dev.coatcheck.settings.ListenAddress;
import dev.coatcheck.settings.SessionsPlace;
import dev.coatcheck.settings.Settings;
import dev.coatcheck.settings.SettingsTable;
import java.io.IOException;
import java.net.CookieManager;
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
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningServerTest {
    @TempDir
    Path folder;

    private Demo demo = new Demo("localhost", 1, 2, Path.of("."), Path.of("."), Optional.empty(), false);
    private final CookieManager jar = new CookieManager();
    private final HttpClient browser =
            HttpClient.newBuilder().cookieHandler(jar).build();

    @BeforeEach
    void aBuiltPage() throws IOException {
        Path app = Files.createDirectories(folder.resolve("app/assets"));
        Files.writeString(app.resolve("index-1a2b.js"), "export {};");
        Files.writeString(folder.resolve("app/index.html"), "<!doctype html><title>demo</title>");
        Files.writeString(folder.resolve("app/config.json"), "{\"apiBaseUrl\":\"http://elsewhere\"}");
        demo = new Demo(
                "localhost",
                freePort(),
                freePort(),
                folder.resolve("data"),
                folder.resolve("app"),
                Optional.empty(),
                false);
    }

    @Test
    void theDemoIsSignedInToOverARestartWithTheSameSession() throws Exception {
        String before;
        try (Installation installation = open();
                RunningServer server = demo.start(installation)) {
            assertThat(server).isNotNull();
            String password = demo.password(installation, new SecureRandom()).orElseThrow();
            assertThat(password).matches("[a-z2-9]{5}(-[a-z2-9]{5}){3}");
            assertThat(post("/auth/login", "{\"username\":\"demo\",\"password\":\"" + password + "\"}", "")
                            .statusCode())
                    .isEqualTo(200);
            HttpResponse<String> session = get("/auth/session");
            String csrf = session.headers().firstValue("X-CSRF-Token").orElseThrow();
            assertThat(post("/api/counter", "", csrf).body()).contains("\"counter\":1");
            assertThat(post("/api/counter", "", "").statusCode()).isEqualTo(403);
            before = get("/api/me").body();
            assertThat(before).contains("\"name\":\"Demo\"", "\"counter\":1");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(demo.accountFile())))
                .isEqualTo("rw-------");
        try (Installation installation = open();
                RunningServer server = demo.start(installation)) {
            assertThat(server).isNotNull();
            assertThat(get("/api/me").body()).isEqualTo(before);
            String csrf =
                    get("/auth/session").headers().firstValue("X-CSRF-Token").orElseThrow();
            assertThat(post("/auth/logout", "", csrf).statusCode()).isEqualTo(204);
            assertThat(get("/api/me").statusCode()).isEqualTo(401);
        }
    }

    @Test
    void anEndIsToldToOpenPagesAndAStopEndsTheirStreamsAtOnce() throws Exception {
        try (Installation installation = open()) {
            RunningServer server = demo.start(installation);
            String password = demo.password(installation, new SecureRandom()).orElseThrow();
            String credentials = "{\"username\":\"demo\",\"password\":\"" + password + "\"}";
            post("/auth/login", credentials, "");
            HttpResponse<Stream<String>> told = events();
            assertThat(told.statusCode()).isEqualTo(200);
            assertThat(told.headers().firstValue("Content-Type")).hasValue("text/event-stream");
            String csrf =
                    get("/auth/session").headers().firstValue("X-CSRF-Token").orElseThrow();
            assertThat(post("/auth/logout", "", csrf).statusCode()).isEqualTo(204);
            assertThat(told.body().toList()).contains("event: session-ended");

            post("/auth/login", credentials, "");
            HttpResponse<Stream<String>> open = events();
            long began = System.nanoTime();
            server.close();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
            assertThat(open.body().filter(line -> line.startsWith("retry: ")).toList())
                    .hasSize(2);
        }
    }

    private HttpResponse<Stream<String>> events() throws Exception {
        return browser.send(request(demo.api() + "/auth/events").build(), HttpResponse.BodyHandlers.ofLines());
    }

    @Test
    void theDemoPasswordIsKeptUntilSomebodyChangesIt() {
        try (Installation installation = open()) {
            String first = demo.password(installation, new SecureRandom()).orElseThrow();
            assertThat(demo.password(installation, new SecureRandom())).contains(first);
            installation.accounts().changePassword(Demo.USER, dev.coatcheck.Password.of("quite another one"));
            assertThat(demo.password(installation, new SecureRandom())).isEmpty();
        }
    }

    @Test
    void whatIsPublicNeedsNobodyAndWhatIsNotThereIsAProblem() throws Exception {
        try (Installation installation = open();
                RunningServer server = demo.start(installation)) {
            assertThat(server).isNotNull();
            assertThat(get("/api/public").statusCode()).isEqualTo(200);
            assertThat(get("/api/me").body()).contains("session-missing");
            HttpResponse<String> nothing = get("/nothing");
            assertThat(nothing.statusCode()).isEqualTo(404);
            assertThat(nothing.headers().firstValue("Content-Type")).contains("application/problem+json");
            assertThat(nothing.headers().firstValue("Access-Control-Allow-Origin"))
                    .contains(demo.page().toString());
            assertThat(get("/healthz").body()).isEqualTo("ok");
            assertThat(get("/readyz").body()).isEqualTo("ready");
            installation.sessions().close();
        }
    }

    @Test
    void everyProblemThatWasAnsweredIsCountedOnceByItsCode() throws Exception {
        ListenAddress management = new ListenAddress("127.0.0.1", freePort());
        Settings settings =
                demo.over(Settings.DEFAULTS).with(SettingsTable.MANAGEMENT_LISTEN, Optional.of(management), "test");
        try (Installation installation = Installation.open(Plan.of(settings));
                RunningServer server = demo.start(installation)) {
            assertThat(server).isNotNull();
            assertThat(get("/api/me").body()).contains("session-missing");
            assertThat(get("/nothing").body()).contains("not-found");
            assertThat(get("/auth/nothing").body()).contains("not-found");
            assertThat(send(request(demo.api() + "/auth/login").DELETE()).body())
                    .contains("method-not-allowed");
            assertThat(unparsable()).contains("request-malformed");
            String password = demo.password(installation, new SecureRandom()).orElseThrow();
            post("/auth/login", "{\"username\":\"demo\",\"password\":\"" + password + "\"}", "");
            assertThat(get("/api/me").statusCode()).isEqualTo(200);
            assertThat(post("/api/counter", "", "").body()).contains("csrf-missing");
            installation.sessions().close();
            assertThat(get("/api/me").body()).contains("store-unavailable");
            assertThat(get("/auth/session").body()).contains("store-unavailable");
            assertThat(send(request("http://" + management + "/metrics"))
                            .body()
                            .lines()
                            .filter(line -> line.startsWith("coatcheck_problems_total{")))
                    .containsExactlyInAnyOrder(
                            "coatcheck_problems_total{code=\"csrf-missing\"} 1.0",
                            "coatcheck_problems_total{code=\"method-not-allowed\"} 1.0",
                            "coatcheck_problems_total{code=\"not-found\"} 2.0",
                            "coatcheck_problems_total{code=\"request-malformed\"} 1.0",
                            "coatcheck_problems_total{code=\"session-missing\"} 1.0",
                            "coatcheck_problems_total{code=\"store-unavailable\"} 2.0");
        }
    }

    private String unparsable() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), demo.apiPort())) {
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: localhost\r\nbroken\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void thePageIsServedWithItsTypesAndAPolicyAndWithoutListings() throws Exception {
        try (Installation installation = open();
                RunningServer server = demo.start(installation)) {
            assertThat(server).isNotNull();
            HttpResponse<String> page = page("/");
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.headers().firstValue("Content-Type")).contains("text/html;charset=utf-8");
            assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .contains("default-src 'none'", "connect-src 'self' " + demo.api() + ";");
            assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(page("/deep/link").body()).isEqualTo(page.body());
            assertThat(page("/config.json").body()).isEqualTo("{\"apiBaseUrl\":\"" + demo.api() + "\"}");
            HttpResponse<String> script = page("/assets/index-1a2b.js");
            assertThat(script.headers().firstValue("Content-Type")).contains("text/javascript;charset=utf-8");
            assertThat(script.headers().firstValue("Cache-Control").orElseThrow())
                    .contains("immutable");
            assertThat(page("/assets/none.js").statusCode()).isEqualTo(404);
            assertThat(page("/assets/").body()).isEqualTo(page.body());
            assertThat(page("/%2e%2e/data/demo-account.txt").statusCode()).isIn(400, 404);
            assertThat(page("/..%2fdata%2fkeys").body()).doesNotContain("coatcheck-keys");
        }
    }

    @Test
    void aBusyPortIsSaidPlainly() throws Exception {
        try (ServerSocket taken = new ServerSocket(demo.apiPort(), 1, InetAddress.getLoopbackAddress());
                Installation installation = open()) {
            assertThatThrownBy(() -> demo.start(installation))
                    .isInstanceOf(CannotStartException.class)
                    .hasMessage("Port " + taken.getLocalPort() + " is in use already. Stop what listens on 127.0.0.1:"
                            + taken.getLocalPort() + ", or choose another port with listen.");
        }
        try (ServerSocket taken = new ServerSocket(demo.appPort(), 1, InetAddress.getLoopbackAddress());
                Installation installation = open()) {
            assertThatThrownBy(() -> demo.start(installation)).hasMessageEndingWith("with --app-port.");
            assertThat(taken.isBound()).isTrue();
        }
        try (Installation installation = open();
                RunningServer server = demo.start(installation)) {
            assertThat(server).isNotNull();
            assertThat(get("/healthz").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void readingThroughAnOutageNeedsANearCacheAndABound() {
        Settings settings = demo.over(Settings.DEFAULTS);
        assertThatThrownBy(() -> Installation.open(Plan.of(
                        settings.with(SettingsTable.NEAR_CACHE_THROUGH_OUTAGE, Duration.ofSeconds(30), "test"))))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("Set near-cache.sessions too");
        assertThatThrownBy(() -> Plan.of(settings.with(SettingsTable.NEAR_CACHE_SESSIONS, Optional.of(10), "test")
                        .with(SettingsTable.SESSIONS, new SessionsPlace.Redis("redis://127.0.0.1:1"), "test")
                        .with(SettingsTable.NEAR_CACHE_THROUGH_OUTAGE, Duration.ofSeconds(61), "test")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("60s or less");
    }

    @Test
    void anAddressThatIsNotThisMachinesIsSaidPlainly() {
        Settings settings = demo.over(Settings.DEFAULTS)
                .with(SettingsTable.LISTEN, new ListenAddress("203.0.113.7", demo.apiPort()), "test");
        try (Installation installation = Installation.open(Plan.of(settings))) {
            assertThatThrownBy(() -> RunningServer.start(installation, Application.NONE))
                    .hasMessageStartingWith("This machine has no address 203.0.113.7.");
        }
    }

    @Test
    void aPageThatWasNotBuiltIsSaidPlainly() throws IOException {
        Files.delete(folder.resolve("app/index.html"));
        try (Installation installation = open()) {
            assertThatThrownBy(() -> demo.start(installation)).hasMessageStartingWith("There is no built demo app in ");
        }
    }

    @Test
    void stoppingTakesLessThanTwoSecondsWithConnectionsOpen() throws Exception {
        Installation installation = open();
        RunningServer server = demo.start(installation);
        get("/healthz");
        page("/");
        long before = System.nanoTime();
        server.close();
        installation.close();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void plainHttpOffThisMachineIsWarnedOf() {
        Settings remote = Settings.of(java.util.List.of(), Map.of("COATCHECK_PUBLIC_URL", "http://dev.example"));
        assertThat(Plan.of(remote).warnings())
                .singleElement()
                .asString()
                .startsWith("public-url is http://dev.example");
        assertThat(Plan.of(Settings.DEFAULTS).warnings()).isEmpty();
    }

    @Test
    void streamsThatCouldTakeEveryConnectionAreRefused() {
        for (Map<String, String> set : java.util.List.of(
                Map.of("COATCHECK_EVENTS_MOST", "10000"),
                Map.of("COATCHECK_LIMITS_CONNECTIONS", "9999"),
                Map.of("COATCHECK_EVENTS_MOST", "51", "COATCHECK_LIMITS_CONNECTIONS", "100"))) {
            assertThatThrownBy(() -> Plan.of(Settings.of(java.util.List.of(), set)))
                    .hasMessageContaining("Event streams could take ")
                    .hasMessageContaining("Set events.most to ");
        }
        assertThat(Plan.of(Settings.of(
                                java.util.List.of(),
                                Map.of("COATCHECK_EVENTS_MOST", "50", "COATCHECK_LIMITS_CONNECTIONS", "100")))
                        .limits()
                        .connections())
                .isEqualTo(100);
    }

    @Test
    void aHeartbeatThatTheClientTakesForDeathIsRefused() {
        assertThatThrownBy(() -> Plan.of(Settings.of(java.util.List.of(), Map.of("COATCHECK_EVENTS_HEARTBEAT", "16s"))))
                .hasMessageContaining("Write 15s or less");
    }

    @Test
    void theTablesLimitsAreTheServersOwn() {
        assertThat(Plan.of(Settings.DEFAULTS).limits())
                .isEqualTo(JettyLimits.DEFAULT.withStopWithin(Duration.ofMillis(1500)));
        assertThat(Plan.of(Settings.DEFAULTS).hashing()).isEqualTo(dev.coatcheck.accounts.HashingPolicy.DEFAULT);
    }

    private Installation open() {
        return Installation.open(Plan.of(demo.over(Settings.DEFAULTS)));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(request(demo.api() + path));
    }

    private HttpResponse<String> page(String path) throws Exception {
        return send(request(demo.page() + path));
    }

    private HttpResponse<String> post(String path, String body, String csrf) throws Exception {
        HttpRequest.Builder request = request(demo.api() + path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        return send(csrf.isEmpty() ? request : request.header("X-CSRF-Token", csrf));
    }

    private HttpRequest.Builder request(String url) {
        return HttpRequest.newBuilder(URI.create(url))
                .header("Origin", demo.page().toString())
                .timeout(Duration.ofSeconds(20));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return browser.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
