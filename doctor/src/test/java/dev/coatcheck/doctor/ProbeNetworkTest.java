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
import java.util.List;
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

    private ProbeNetwork network(Duration timeout) throws CouldNotRunException {
        return new Reach(false, Optional.empty(), timeout, Duration.ofMinutes(1)).to(origin("localhost"));
    }

    private Origin origin(String host) {
        return Origin.ofUrl(at(host, "/")).orElseThrow();
    }

    private static NetworkRequest get(String url) {
        return new NetworkRequest("GET", url, Headers.NONE, Optional.empty(), false);
    }

    @Test
    void onlyOneHostIsAsked() throws Exception {
        ProbeNetwork network = network(Duration.ofSeconds(5));
        assertThatThrownBy(() -> network.send(get(at("127.0.0.1", "/")))).isInstanceOf(IOException.class);
        assertThat(network.refusedHosts()).containsExactly("127.0.0.1");
        assertThat(arrived).hasValue(0);
    }

    @Test
    void theNumberOfRequestsIsBounded() throws Exception {
        ProbeNetwork network = network(Duration.ofSeconds(5));
        for (int i = 0; i < ProbeNetwork.MAX_REQUESTS; i++) {
            network.send(get(at("localhost", "/")));
        }
        assertThatThrownBy(() -> network.send(get(at("localhost", "/")))).hasMessageContaining("at most");
        assertThat(arrived).hasValue(ProbeNetwork.MAX_REQUESTS);
    }

    @Test
    void aLongBodyIsCutOff() throws Exception {
        assertThat(network(Duration.ofSeconds(10))
                        .send(get(at("localhost", "/long")))
                        .body())
                .hasSize(256 << 10);
    }

    @Test
    void aBodyThatNeverEndsIsGivenUp() throws Exception {
        ProbeNetwork network = network(Duration.ofMillis(300));
        assertThatThrownBy(() -> network.send(get(at("localhost", "/never"))))
                .hasMessageContaining("no complete answer");
        assertThat(network.failure()).isPresent();
    }

    @Test
    void thisMachineOnlyMeansItsLoopbackAddresses() {
        Reach reach = Reach.DEFAULT.withinThisMachine();
        for (String url : new String[] {
            "http://192.0.2.1:80", "http://10.0.0.1:8000", "http://0.0.0.0:8000", "http://169.254.169.254"
        }) {
            assertThatThrownBy(() -> reach.to(Origin.ofUrl(url).orElseThrow()))
                    .as(url)
                    .isInstanceOf(CouldNotRunException.class)
                    .hasMessageContaining("is not this machine");
        }
    }

    @Test
    void aNameThatLeadsElsewhereTooIsNotThisMachine() {
        List<InetAddress> both = List.of(InetAddress.getLoopbackAddress(), address(192, 0, 2, 1));
        assertThat(Reach.isThisMachine(both)).isFalse();
        assertThat(Reach.isThisMachine(List.of())).isFalse();
        assertThat(Reach.isThisMachine(List.of(address(127, 9, 9, 9)))).isTrue();
    }

    private static InetAddress address(int... bytes) {
        try {
            byte[] raw = new byte[bytes.length];
            for (int i = 0; i < raw.length; i++) {
                raw[i] = (byte) bytes[i];
            }
            return InetAddress.getByAddress("rebound.test", raw);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void thisMachineOnlyKeepsToThePortOfTheApi() throws Exception {
        ProbeNetwork network = Reach.DEFAULT.withinThisMachine().to(origin("localhost"));
        network.send(get(at("localhost", "/")));
        assertThatThrownBy(() -> network.send(get("http://localhost:1/")))
                .hasMessageContaining("only, not http://localhost:1");
        assertThatThrownBy(() -> network.send(get(at("127.0.0.1", "/")))).isInstanceOf(IOException.class);
        assertThat(arrived).hasValue(1);
    }

    @Test
    void anAddressThatWasLookedUpOnceIsAskedEver() throws Exception {
        // The name is none: only the address that was given can have been asked.
        Origin api = Origin.ofUrl(at("nowhere.invalid", "/")).orElseThrow();
        DirectNetwork pinned = new DirectNetwork(
                List.of(InetAddress.getLoopbackAddress()),
                (javax.net.ssl.SSLSocketFactory) javax.net.ssl.SSLSocketFactory.getDefault(),
                Duration.ofSeconds(5));
        assertThat(new ProbeNetwork(api, pinned, Reach.DEFAULT)
                        .send(get(at("nowhere.invalid", "/")))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void theTimeOfAllRequestsIsBounded() throws Exception {
        ProbeNetwork network = Reach.DEFAULT.within(Duration.ZERO).to(origin("localhost"));
        assertThatThrownBy(() -> network.send(get(at("localhost", "/")))).hasMessageContaining("s at most");
    }
}
