package dev.coatcheck.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An API behind https, with a certificate that the test made: trusted as Java is told to, and not. */
class HttpsUpstreamTest {
    private static final String PASSWORD = "only for tests";

    @TempDir
    static Path folder;

    private static Optional<SSLContext> trusted = Optional.empty();
    private static Optional<SSLContext> untrusted = Optional.empty();

    private volatile HttpFields seen = HttpFields.EMPTY;

    @BeforeAll
    static void makeCertificates() throws Exception {
        trusted = Optional.of(context(folder.resolve("trusted.p12")));
        untrusted = Optional.of(context(folder.resolve("untrusted.p12")));
        // How a developer tells Java about a certificate of their own.
        System.setProperty(
                "javax.net.ssl.trustStore", folder.resolve("trusted.p12").toString());
        System.setProperty("javax.net.ssl.trustStorePassword", PASSWORD);
    }

    @AfterAll
    static void forget() {
        System.clearProperty("javax.net.ssl.trustStore");
        System.clearProperty("javax.net.ssl.trustStorePassword");
    }

    private static SSLContext context(Path file) throws Exception {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keystore",
                        file.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-alias",
                        "server",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-validity",
                        "10")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private Server api(SSLContext context) throws Exception {
        SslContextFactory.Server ssl = new SslContextFactory.Server();
        ssl.setSslContext(context);
        ssl.setSniRequired(false);
        HttpConfiguration http = new HttpConfiguration();
        http.addCustomizer(new SecureRequestCustomizer(false));
        Server server = new Server();
        ServerConnector connector =
                new ServerConnector(server, new SslConnectionFactory(ssl, "http/1.1"), new HttpConnectionFactory(http));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                seen = request.getHeaders().asImmutable();
                response.getHeaders()
                        .put("Set-Cookie", "sid=1; Path=/; Secure; HttpOnly; SameSite=None")
                        .put("Location", "https://localhost:" + connector.getLocalPort() + "/elsewhere");
                Content.Sink.write(response, true, "by https", callback);
                return true;
            }
        });
        server.start();
        return server;
    }

    private static RunningGateway before(int api) throws Exception {
        Upstream upstream = RunningGateway.upstream("the API", "https", api, Upstream.Addressed.AS_THERE);
        return new RunningGateway(upstream, upstream, GatewayLimits.DEFAULT);
    }

    @Test
    void anApiByHttpsIsAddressedByItsOwnNameAndHoldsHere() throws Exception {
        Server api = api(trusted.orElseThrow());
        int port = RunningGateway.port(api);
        try (RunningGateway gateway = before(port)) {
            String answer = gateway.raw("POST /api/x HTTP/1.1\nHost: localhost:" + gateway.port() + "\nOrigin: "
                    + gateway.origin() + "\nConnection: close\nContent-Length: 0\n\n");
            assertThat(answer).startsWith("HTTP/1.1 200").contains("by https");
            assertThat(answer)
                    .containsIgnoringCase("sid=1; Path=/; HttpOnly; SameSite=Lax")
                    .contains("Location: " + gateway.origin() + "/elsewhere");
            assertThat(seen.get("Host")).isEqualTo("localhost:" + port);
            assertThat(seen.get("Origin")).isEqualTo("https://localhost:" + port);
            assertThat(seen.get("X-Forwarded-Proto")).isEqualTo("https");
        } finally {
            api.stop();
        }
    }

    @Test
    void aCertificateThatIsNotTrustedIsNamedAndNothingIsSent() throws Exception {
        Server api = api(untrusted.orElseThrow());
        try (RunningGateway gateway = before(RunningGateway.port(api))) {
            assertThat(gateway.raw("GET /api/x HTTP/1.1\nHost: localhost\nConnection: close\n\n"))
                    .startsWith("HTTP/1.1 502")
                    .contains("certificate", "trustStore");
            assertThat(seen.size()).isZero();
        } finally {
            api.stop();
        }
    }

    @Test
    void aWebSocketGoesThroughToWss() throws Exception {
        try (WebSocketEcho echo = new WebSocketEcho(trusted.orElseThrow()
                        .getServerSocketFactory()
                        .createServerSocket(0, 50, InetAddress.getLoopbackAddress()));
                RunningGateway gateway = before(echo.port())) {
            CompletableFuture<String> said = new CompletableFuture<>();
            WebSocket socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(URI.create("ws://localhost:" + gateway.port() + "/"), new WebSocket.Listener() {
                        @Override
                        public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                            said.complete(text.toString());
                            return CompletableFuture.completedFuture(text);
                        }
                    })
                    .get(10, TimeUnit.SECONDS);
            socket.sendText("hello", true).join();
            assertThat(said.get(10, TimeUnit.SECONDS)).isEqualTo("hello");
            assertThat(echo.heads().get(0)).contains("Host: localhost:" + echo.port());
            socket.abort();
        }
    }
}
