package dev.coatcheck.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.browser.Headers;
import dev.coatcheck.browser.NetworkRequest;
import dev.coatcheck.browser.NetworkResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One request over one connection, against a server that answers bytes. */
class DirectNetworkTest {
    private record Heard(String request, NetworkResponse response) {}

    private static DirectNetwork network(Duration timeout) {
        return new DirectNetwork(
                List.of(InetAddress.getLoopbackAddress()), (SSLSocketFactory) SSLSocketFactory.getDefault(), timeout);
    }

    private static NetworkRequest request(String method, String url, Headers headers, Optional<String> body) {
        return new NetworkRequest(method, url, headers, body, false);
    }

    private static Heard ask(String method, byte[] answer, Headers headers, Optional<String> body) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<String> heard = CompletableFuture.supplyAsync(() -> serve(server, answer));
            String url = "http://api.test:" + server.getLocalPort() + "/a/b?c=d";
            NetworkResponse response = network(Duration.ofSeconds(5)).send(request(method, url, headers, body));
            return new Heard(heard.join(), response);
        }
    }

    private static String serve(ServerSocket server, byte[] answer) {
        try (Socket socket = server.accept()) {
            StringBuilder heard = new StringBuilder();
            InputStream in = socket.getInputStream();
            while (heard.indexOf("\r\n\r\n") < 0) {
                heard.append((char) in.read());
            }
            in.skipNBytes(in.available());
            socket.getOutputStream().write(answer);
            return heard.toString();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static NetworkResponse get(String answer) throws IOException {
        return ask("GET", answer.getBytes(StandardCharsets.ISO_8859_1), Headers.NONE, Optional.empty())
                .response();
    }

    @Test
    void aRequestNamesItsHostOnceAndHoldsNoHeaderOfAnotherConnection() throws IOException {
        Heard heard = ask(
                "POST",
                "HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                Headers.of("Origin", "http://app.test", "Host", "evil.test", "Transfer-Encoding", "chunked"),
                Optional.of("ü"));
        assertThat(heard.request())
                .startsWith("POST /a/b?c=d HTTP/1.1\r\nHost: api.test:")
                .contains("\r\nConnection: close\r\n", "\r\nOrigin: http://app.test\r\n", "\r\nContent-Length: 2\r\n")
                .doesNotContain("evil.test", "chunked");
        assertThat(heard.response().status()).isEqualTo(204);
    }

    /** It was asked at port 80, and over https with a NullPointerException. */
    @Test
    void aHostNamedWithAnUnderscoreIsAskedAtItsOwnPort() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String name = "my_api:" + server.getLocalPort();
            CompletableFuture<String> heard = CompletableFuture.supplyAsync(
                    () -> serve(server, "HTTP/1.1 204 None\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            NetworkRequest plain = request("GET", "http://" + name + "/x", Headers.NONE, Optional.empty());
            assertThat(network(Duration.ofSeconds(5)).send(plain).status()).isEqualTo(204);
            assertThat(heard.join()).startsWith("GET /x HTTP/1.1\r\nHost: " + name + "\r\n");
            CompletableFuture<Integer> hello = CompletableFuture.supplyAsync(() -> firstByte(server));
            NetworkRequest secure = request("GET", "https://" + name + "/x", Headers.NONE, Optional.empty());
            assertThatThrownBy(() -> network(Duration.ofSeconds(5)).send(secure))
                    .isInstanceOf(IOException.class);
            assertThat(hello.join()).as("a handshake of TLS").isEqualTo(22);
        }
    }

    private static int firstByte(ServerSocket server) {
        try (Socket socket = server.accept()) {
            return socket.getInputStream().read();
        } catch (IOException e) {
            return -1;
        }
    }

    @Test
    void answersComeByLengthByChunksOrUntilTheEnd() throws IOException {
        assertThat(get("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef").body())
                .isEqualTo("abc");
        assertThat(get("HTTP/1.0 200\r\n\r\nabc").body()).isEqualTo("abc");
        assertThat(get("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\n1\r\nc\r\n0\r\n\r\n")
                        .body())
                .isEqualTo("abc");
        assertThat(
                        get("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\n\r\n")
                                .headers()
                                .all("Set-Cookie"))
                .containsExactly("a=1", "b=2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SSH-2.0-OpenSSH\r\n",
                "-ERR unknown command\r\n",
                "HTTP/1.1 200 OK\r\nA: b",
                "HTTP/2 200\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 99 x\r\n\r\n"
            })
    void whatIsNoHttpIsAFailureAndNoCrash(String answer) {
        assertThatThrownBy(() -> get(answer)).isInstanceOf(IOException.class);
    }

    @Test
    void seededGarbageNeverCrashes() {
        Random random = new Random(7);
        String[] pieces = {
            "HTTP/1.1 200 OK\r\n",
            "Content-Length: ",
            "5",
            "-1",
            "\r\n",
            "\r\n\r\n",
            "Transfer-Encoding: chunked\r\n",
            "ffffffffffffff",
            ":",
            "\0",
            "ü"
        };
        for (int i = 0; i < 200; i++) {
            StringBuilder answer = new StringBuilder();
            for (int n = random.nextInt(12); n > 0; n--) {
                answer.append(pieces[random.nextInt(pieces.length)]);
            }
            try {
                get(answer.toString());
            } catch (IOException e) {
                assertThat(e).hasMessageNotContaining("\r");
            }
        }
    }

    @Test
    void aHeaderCannotSmuggleAnother() {
        NetworkRequest smuggler =
                request("GET", "http://api.test:1/", Headers.of("X-A", "b\r\nCookie: c"), Optional.empty());
        assertThatThrownBy(() -> network(Duration.ofSeconds(1)).send(smuggler)).hasMessageContaining("line break");
    }

    @Test
    void anEndlessHeadIsGivenUp() {
        assertThatThrownBy(() -> get("HTTP/1.1 200 OK\r\nA: " + "x".repeat(70_000)))
                .hasMessageContaining("64 KiB");
    }
}
