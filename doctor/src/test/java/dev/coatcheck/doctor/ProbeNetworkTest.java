package dev.coatcheck.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.coatcheck.browser.Headers;
import dev.coatcheck.browser.NetworkRequest;
import dev.coatcheck.site.Origin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProbeNetworkTest {
    private final AtomicInteger arrived = new AtomicInteger();
    private final CountDownLatch over = new CountDownLatch(1);
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> {
            arrived.incrementAndGet();
            exchange.sendResponseHeaders(200, 0);
            switch (exchange.getRequestURI().getPath()) {
                case "/long" -> exchange.getResponseBody().write(new byte[3 << 20]);
                case "/never" -> {
                    exchange.getResponseBody().write('x');
                    exchange.getResponseBody().flush();
                    await();
                }
                default -> exchange.getResponseBody().write('x');
            }
            exchange.close();
        });
        server.start();
    }

    private void await() {
        try {
            assertThat(over.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
        ((java.util.concurrent.ExecutorService) server.getExecutor()).shutdownNow();
    }

    private String at(String host, String path) {
        return "http://" + host + ":" + server.getAddress().getPort() + path;
    }

    private ProbeNetwork network(Duration timeout) {
        return new ProbeNetwork(Origin.ofUrl(at("localhost", "/")).orElseThrow(), timeout);
    }

    private static NetworkRequest get(String url) {
        return new NetworkRequest("GET", url, Headers.NONE, Optional.empty(), false);
    }

    @Test
    void onlyOneHostIsAsked() {
        ProbeNetwork network = network(Duration.ofSeconds(5));
        assertThatThrownBy(() -> network.send(get(at("127.0.0.1", "/")))).isInstanceOf(IOException.class);
        assertThat(network.refusedHosts()).containsExactly("127.0.0.1");
        assertThat(arrived).hasValue(0);
    }

    @Test
    void theNumberOfRequestsIsBounded() throws IOException {
        ProbeNetwork network = network(Duration.ofSeconds(5));
        for (int i = 0; i < ProbeNetwork.MAX_REQUESTS; i++) {
            network.send(get(at("localhost", "/")));
        }
        assertThatThrownBy(() -> network.send(get(at("localhost", "/")))).hasMessageContaining("at most");
        assertThat(arrived).hasValue(ProbeNetwork.MAX_REQUESTS);
    }

    @Test
    void aLongBodyIsCutOff() throws IOException {
        assertThat(network(Duration.ofSeconds(10))
                        .send(get(at("localhost", "/long")))
                        .body())
                .hasSize(256 << 10);
    }

    @Test
    void aBodyThatNeverEndsIsGivenUp() {
        ProbeNetwork network = network(Duration.ofMillis(300));
        assertThatThrownBy(() -> network.send(get(at("localhost", "/never"))))
                .hasMessageContaining("no complete answer");
        assertThat(network.failure()).isPresent();
    }
}
