package dev.coatcheck.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("StringConcatToTextBlock") // a head is read line by line, beside the values that vary
class GatewayTest {
    private final HttpClient browser =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final Map<String, String> answerHeaders = new ConcurrentHashMap<>();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private volatile HttpFields seen = HttpFields.EMPTY;
    private volatile String seenTarget = "";
    private Server app;
    private Server api;
    private RunningGateway gateway;

    @BeforeEach
    void start() throws Exception {
        app = RunningGateway.upstream(new Upstreams("app"));
        api = RunningGateway.upstream(new Upstreams("api"));
        gateway = gateway(Upstream.Addressed.AS_HERE);
    }

    @AfterEach
    void stop() throws Exception {
        goOn.countDown();
        gateway.close();
        api.stop();
        app.stop();
    }

    private RunningGateway gateway(Upstream.Addressed addressed) throws Exception {
        return new RunningGateway(RunningGateway.port(app), RunningGateway.port(api), addressed, GatewayLimits.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource({"/, app", "/apis, app", "/api, api", "/api/x?y=1, api", "/%61pi/x, api", "/api%2Fx, app"})
    void aPathGoesToItsUpstreamAsItCame(String path, String upstream) throws Exception {
        assertThat(get(path).body()).isEqualTo(upstream);
        assertThat(seenTarget).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/src/routes/[id]/+page.svelte?import",
                "/a|b^c?x={y}&a[b]=%2F",
                "/api/g%2Fn?a=1+2&a=%20",
                "/x?",
                "/x;v=1"
            })
    void aTargetThatNoUriCouldHaveGoesOnByteForByte(String target) throws Exception {
        String answer = gateway.raw("GET " + target + " HTTP/1.1\nHost: localhost:4000\nConnection: close\n\n");
        assertThat(answer).startsWith("HTTP/1.1 200");
        assertThat(seenTarget).isEqualTo(target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /x/../api HTTP/1.1\nHost: localhost\n",
                "GET /./api HTTP/1.1\nHost: localhost\n",
                "GET /%2e%2e/api HTTP/1.1\nHost: localhost\n",
                "GET //evil.test/api HTTP/1.1\nHost: localhost\n",
                "GET /x/..;/api HTTP/1.1\nHost: localhost\n",
                "OPTIONS * HTTP/1.1\nHost: localhost\n",
                "GET / HTTP/1.1\nHost: localhost\nHost: evil.test\n",
                "POST /api HTTP/1.1\nHost: localhost\nContent-Length: 5\nTransfer-Encoding: chunked\n",
                "POST /api HTTP/1.1\nHost: localhost\nContent-Length: 5\nContent-Length: 6\n",
                "POST /api HTTP/1.1\nHost: localhost\nTransfer-Encoding: xchunked\n",
                "GET / HTTP/1.1\nHost: localhost\nX-A : b\n",
                "GET / HTTP/1.1\nHost: localhost\n folded: b\n"
            })
    void whatTwoServersCouldReadDifferentlyIsRefused(String head) throws Exception {
        assertThat(gateway.raw(head + "Connection: close\n\n")).startsWith("HTTP/1.1 4");
        assertThat(seenTarget).isEmpty();
    }

    @Test
    void onlyThisMachinesHostsAreServed() throws Exception {
        assertThat(gateway.raw("GET / HTTP/1.1\nHost: evil.test:4000\nConnection: close\n\n"))
                .startsWith("HTTP/1.1 421")
                .contains("host-not-served");
        assertThat(gateway.raw("GET / HTTP/1.1\nHost: 127.0.0.1:4000\nConnection: close\n\n"))
                .startsWith("HTTP/1.1 200");
        assertThat(gateway.raw("TRACE / HTTP/1.1\nHost: localhost\nConnection: close\n\n"))
                .startsWith("HTTP/1.1 405");
    }

    @Test
    void hopByHopLinesAndWhatConnectionNamesEndHere() throws Exception {
        String first = gateway.raw(
                "GET /api HTTP/1.1\nHost: localhost\nConnection: close, Upgrade, X-Mine\nX-Mine: 1\nKeep-Alive: 1\n"
                        + "TE: trailers\nTrailer: x\nProxy-Authorization: x\nProxy-Connection: x\nUpgrade: h2c\nX-Other: 2\n\n");
        assertThat(first).startsWith("HTTP/1.1 200");
        assertThat(seen.getFieldNamesCollection())
                .contains("X-Other")
                .doesNotContain(
                        "X-Mine", "Keep-Alive", "TE", "Trailer", "Proxy-Authorization", "Proxy-Connection", "Upgrade");
        answerHeaders.put("Connection", "X-Private");
        answerHeaders.put("X-Private", "1");
        answerHeaders.put("X-Public", "1");
        HttpResponse<String> answer = get("/api");
        assertThat(answer.headers().firstValue("X-Private")).isEmpty();
        assertThat(answer.headers().firstValue("X-Public")).contains("1");
        assertThat(answer.headers().allValues("Date")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-User",
                "X-Forwarded-Email",
                "X-Forwarded-Groups",
                "X-Auth-Request-User",
                "x-auth-request-groups",
                "Remote-User",
                "Remote-Groups",
                "Remote-Email",
                "X_Forwarded_User",
                "Remote_User",
                "X-Auth_Request-Email",
                "X-Remote-User",
                "Forwarded",
                "X-Real-IP",
                "X-Original-URL",
                "X-Rewrite-Url",
                "Proxy"
            })
    void nobodyNamesThemselves(String header) throws Exception {
        gateway.raw("GET /api HTTP/1.1\nHost: localhost\nConnection: close\n" + header + ": admin\n\n");
        assertThat(seenTarget).isEqualTo("/api");
        assertThat(seen.asString()).doesNotContain("admin");
    }

    @Test
    void forwardingIsToldAnewInOneStory() throws Exception {
        String head = "Connection: close\nOrigin: http://localhost:4000\nReferer: http://localhost:4000/p?q\n"
                + "X-Forwarded-For: 9.9.9.9\nX-Forwarded-Host: evil.test\nX-Forwarded-Proto: https\nUser-Agent: mine\n\n";
        gateway.raw("POST /api HTTP/1.1\nHost: localhost:4000\nContent-Length: 0\n" + head);
        assertThat(seen.getValuesList("Host")).containsExactly("localhost:4000");
        assertThat(seen.getValuesList("X-Forwarded-For")).containsExactly("127.0.0.1");
        assertThat(seen.getValuesList("X-Forwarded-Host")).containsExactly("localhost:4000");
        assertThat(seen.getValuesList("X-Forwarded-Proto")).containsExactly("http");
        assertThat(seen.getValuesList("Origin")).containsExactly("http://localhost:4000");
        assertThat(seen.getValuesList("User-Agent")).containsExactly("mine");

        try (RunningGateway there = gateway(Upstream.Addressed.AS_THERE)) {
            there.raw("POST /api HTTP/1.1\nHost: localhost:4000\nContent-Length: 0\n" + head);
            String upstream = "localhost:" + RunningGateway.port(api);
            assertThat(seen.getValuesList("Host")).containsExactly(upstream);
            assertThat(seen.getValuesList("Origin")).containsExactly("http://" + upstream);
            assertThat(seen.getValuesList("Referer")).containsExactly("http://" + upstream + "/p?q");
            assertThat(seen.contains("X-Forwarded-Host")).isFalse();
            there.raw("POST /api HTTP/1.1\nHost: localhost:4000\nContent-Length: 0\nConnection: close\n"
                    + "Origin: http://evil.test\n\n");
            assertThat(seen.getValuesList("Origin")).containsExactly("http://evil.test");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:API/login?x#y, http://localhost:4000/login?x#y",
        "http://127.0.0.1:API/login, http://localhost:4000/login",
        "http://[::1]:APP, http://localhost:4000",
        "//localhost:API/x, http://localhost:4000/x",
        "/relative, /relative",
        "https://localhost:API/x, https://localhost:API/x",
        "http://localhost:1/x, http://localhost:1/x",
        "http://localhost:API@evil.test/x, http://localhost:API@evil.test/x",
        "https://idp.example/authorize, https://idp.example/authorize"
    })
    void redirectsToAnUpstreamComeBackHere(String location, String expected) throws Exception {
        answerHeaders.put("Location", ported(location));
        String answer = gateway.raw("GET /api HTTP/1.1\nHost: localhost:4000\nConnection: close\n\n");
        assertThat(answer.lines()).contains("Location: " + ported(expected));
    }

    private String ported(String url) {
        return url.replace("API", "" + RunningGateway.port(api)).replace("APP", "" + RunningGateway.port(app));
    }

    @Test
    void aRewrittenCookieIsToldOnceAndComesBack() throws Exception {
        answerHeaders.put("Set-Cookie", "__Host-sid=secret; Path=/; Secure; HttpOnly");
        assertThat(get("/api").headers().allValues("Set-Cookie"))
                .containsExactly("dev.__Host-sid=secret; path=/; httponly");
        get("/api");
        assertThat(gateway.notices).hasSize(1);
        assertThat(gateway.notices.get(0)).startsWith("Cookie __Host-sid: ").doesNotContain("secret");
        gateway.raw("GET /api HTTP/1.1\nHost: localhost\nConnection: close\nCookie: a=1; dev.__Host-sid=secret\n\n");
        assertThat(seen.get("Cookie")).isEqualTo("a=1; __Host-sid=secret");
    }

    @Test
    void anEventArrivesBeforeTheStreamEnds() throws Exception {
        HttpResponse<InputStream> stream = browser.send(
                HttpRequest.newBuilder(URI.create(gateway.origin() + "/api/events"))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(new String(stream.body().readNBytes(9), StandardCharsets.UTF_8))
                .isEqualTo("data: 1\n\n");
        goOn.countDown();
        assertThat(new String(stream.body().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("data: 2\n\n");
    }

    @Test
    void twentyMegabytesGoThroughUnchanged() throws Exception {
        byte[] body = new byte[20 * 1024 * 1024];
        new Random(7).nextBytes(body);
        HttpRequest upload = HttpRequest.newBuilder(URI.create(gateway.origin() + "/api/echo"))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        assertThat(browser.send(upload, HttpResponse.BodyHandlers.ofByteArray()).body())
                .isEqualTo(body);
        HttpRequest chunked = HttpRequest.newBuilder(URI.create(gateway.origin() + "/api/echo"))
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(body)))
                .build();
        assertThat(browser.send(chunked, HttpResponse.BodyHandlers.ofByteArray())
                        .body())
                .isEqualTo(body);
    }

    @Test
    void whoeverExpects100ContinueHearsItFromHere() throws Exception {
        String answer = gateway.raw("POST /api/echo HTTP/1.1\nHost: localhost\nConnection: close\nContent-Length: 2\n"
                + "Expect: 100-continue\n\nhi");
        assertThat(answer).contains("HTTP/1.1 200").endsWith("hi");
        assertThat(seen.contains("Expect")).isFalse();
    }

    @Test
    void aContentTypeAloneMakesNoBody() throws Exception {
        gateway.raw("GET /api HTTP/1.1\nHost: localhost\nConnection: close\nContent-Type: application/json\n\n");
        assertThat(seen.contains("Transfer-Encoding")).isFalse();
        assertThat(seen.get("Content-Type")).isEqualTo("application/json");
        gateway.raw("POST /api HTTP/1.1\nHost: localhost\nConnection: close\nContent-Length: 1\n\nx");
        assertThat(seen.contains("Content-Type")).isFalse();
    }

    @Test
    void anUpstreamThatIsDownIsNamed() throws Exception {
        api.stop();
        HttpResponse<String> script = get("/api/x");
        assertThat(script.statusCode()).isEqualTo(502);
        assertThat(script.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(script.body())
                .contains("\"code\":\"upstream-unreachable\"", "The API is not running", "Start the API.");
        String page = gateway.raw(
                "GET /api HTTP/1.1\nHost: localhost\nConnection: close\nSec-Fetch-Dest: document\nSec-Fetch-Mode: navigate\n\n");
        assertThat(page).startsWith("HTTP/1.1 502").contains("text/html", "The API is not running", "Start the API.");
        assertThat(get("/").body()).isEqualTo("app");
    }

    @Test
    void anUpstreamThatSaysNothingIsATimeoutThatNamesIt() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, java.net.InetAddress.getLoopbackAddress());
                RunningGateway waiting = new RunningGateway(
                        silent.getLocalPort(),
                        silent.getLocalPort(),
                        Upstream.Addressed.AS_HERE,
                        GatewayLimits.DEFAULT.withIdle(Duration.ofMillis(400)))) {
            String script = waiting.raw("GET /api/slow HTTP/1.1\nHost: localhost\nConnection: close\n\n");
            assertThat(script)
                    .startsWith("HTTP/1.1 504")
                    .contains("application/problem+json", "\"code\":\"upstream-timeout\"", "The API does not answer");
            String page = waiting.raw(
                    "GET / HTTP/1.1\nHost: localhost\nConnection: close\nSec-Fetch-Dest: document\nSec-Fetch-Mode: navigate\n\n");
            assertThat(page).startsWith("HTTP/1.1 504").contains("text/html", "The app does not answer");
        }
    }

    @Test
    void halfAnAnswerNeverLooksLikeAWholeOne() throws Exception {
        try (ServerSocket broken = new ServerSocket(0, 5, java.net.InetAddress.getLoopbackAddress())) {
            Thread server = new Thread(() -> {
                try (java.net.Socket socket = broken.accept()) {
                    socket.getInputStream().read(new byte[4096]);
                    socket.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            server.start();
            try (RunningGateway half = new RunningGateway(
                    broken.getLocalPort(), broken.getLocalPort(), Upstream.Addressed.AS_HERE, GatewayLimits.DEFAULT)) {
                assertThat(half.raw("GET / HTTP/1.1\nHost: localhost\n\n")).doesNotContain("\r\n0\r\n");
            }
            server.join();
        }
    }

    private HttpResponse<String> get(String path) throws Exception {
        return browser.send(
                HttpRequest.newBuilder(URI.create(gateway.origin() + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private final class Upstreams extends Handler.Abstract {
        private final String name;

        Upstreams(String name) {
            this.name = name;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            seen = request.getHeaders().asImmutable();
            seenTarget = request.getHttpURI().getPathQuery();
            answerHeaders.forEach(response.getHeaders()::put);
            if (request.getHttpURI().getPath().endsWith("/echo")) {
                // Read first: Java's client reads no answer before it has sent everything.
                response.write(true, Content.Source.asByteBuffer(request), callback);
            } else if (request.getHttpURI().getPath().endsWith("/events")) {
                response.getHeaders().put("Content-Type", "text/event-stream");
                try (Blocker.Callback first = Blocker.callback()) {
                    response.write(false, ByteBuffer.wrap("data: 1\n\n".getBytes(StandardCharsets.UTF_8)), first);
                    first.block();
                }
                assertThat(goOn.await(20, TimeUnit.SECONDS)).isTrue();
                response.write(true, ByteBuffer.wrap("data: 2\n\n".getBytes(StandardCharsets.UTF_8)), callback);
            } else {
                Content.Sink.write(response, true, name, callback);
            }
            return true;
        }
    }
}
