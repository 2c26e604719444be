package dev.coatcheck.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("StringConcatToTextBlock") // a head is read line by line, beside the values that vary
class WebSocketTunnelTest {
    private final HttpClient browser = HttpClient.newHttpClient();
    private WebSocketEcho echo;
    private RunningGateway gateway;

    @BeforeEach
    void start() throws Exception {
        echo = new WebSocketEcho();
        gateway = gateway(GatewayLimits.DEFAULT);
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        echo.close();
    }

    private RunningGateway gateway(GatewayLimits limits) throws Exception {
        return new RunningGateway(echo.port(), echo.port(), Upstream.Addressed.AS_HERE, limits);
    }

    @Test
    void framesOfEverySizePassBothWays() throws Exception {
        Listener listener = new Listener();
        WebSocket socket = open("/hmr?token=a%20b", listener);
        socket.sendText("hello", true).join();
        assertThat(listener.text()).isEqualTo("hello");
        byte[] large = new byte[5 * 1024 * 1024];
        new Random(3).nextBytes(large);
        socket.sendBinary(ByteBuffer.wrap(large), true).join();
        assertThat(listener.binary(large.length)).isEqualTo(large);
        for (int i = 0; i < 500; i++) {
            socket.sendText("m" + i, true).join();
        }
        for (int i = 0; i < 500; i++) {
            assertThat(listener.text()).isEqualTo("m" + i);
        }
        assertThat(echo.heads().get(0))
                .startsWith("GET /hmr?token=a%20b HTTP/1.1\r\n")
                .contains("Host: localhost:" + gateway.port(), "X-Forwarded-For: 127.0.0.1")
                .containsOnlyOnce("Upgrade: websocket");
        assertThat(gateway.notices).containsExactly("Cookie ws: Domain=x.test removed (it is this origin's now).");
    }

    @Test
    void aCloseReachesTheOtherSideAndNoThreadStays() throws Exception {
        Listener listener = new Listener();
        WebSocket socket = open("/", listener);
        // Another test's may still be on its way out.
        eventually(() -> tunnelThreads() == 1);
        socket.sendClose(4001, "bye").join();
        assertThat(listener.closed()).isEqualTo("4001 bye");
        eventually(() -> echo.connections() == 0 && tunnelThreads() == 0);
    }

    @Test
    void aBrowserThatVanishesEndsTheUpstreamsSide() throws Exception {
        WebSocket socket = open("/", new Listener());
        socket.abort();
        eventually(() -> echo.connections() == 0 && tunnelThreads() == 0);
    }

    @Test
    void anUpstreamThatVanishesEndsTheBrowsersSide() throws Exception {
        Listener listener = new Listener();
        WebSocket socket = open("/", listener);
        echo.close();
        assertThat(listener.closed()).isNotEmpty();
        socket.abort();
        eventually(() -> tunnelThreads() == 0);
    }

    @Test
    void stoppingEndsTunnelsWithinTwoSeconds() throws Exception {
        open("/", new Listener());
        long before = System.nanoTime();
        gateway.close();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
        eventually(() -> echo.connections() == 0 && tunnelThreads() == 0);
    }

    @Test
    void silenceEndsATunnel() throws Exception {
        try (RunningGateway short_ = gateway(GatewayLimits.DEFAULT.withIdle(Duration.ofMillis(300)))) {
            Listener listener = new Listener();
            browser.newWebSocketBuilder()
                    .buildAsync(URI.create("ws://localhost:" + short_.port() + "/"), listener)
                    .get(10, TimeUnit.SECONDS);
            assertThat(listener.closed()).isNotEmpty();
            eventually(() -> echo.connections() == 0 && tunnelThreads() == 0);
        }
    }

    @Test
    void aBrowserThatStopsReadingHoldsNobodyElseUpAndIsGivenUp() throws Exception {
        try (RunningGateway patient = gateway(GatewayLimits.DEFAULT.withIdle(Duration.ofSeconds(2)));
                Socket stalled = new Socket(InetAddress.getLoopbackAddress(), patient.port())) {
            stalled.getOutputStream()
                    .write(("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            AtomicLong sent = new AtomicLong();
            // Frames of 64 KiB, unmasked in effect (a mask of zeros), that come back and are never read.
            byte[] frame = new byte[14 + 65_536];
            frame[0] = (byte) 0x82;
            frame[1] = (byte) (0x80 | 127);
            frame[7] = 1;
            long everything = 256L << 20;
            Thread writer = new Thread(() -> {
                try {
                    while (sent.get() < everything) {
                        stalled.getOutputStream().write(frame);
                        sent.addAndGet(frame.length);
                    }
                } catch (IOException e) {
                    // The gateway has given up, as it should.
                }
            });
            writer.start();
            eventually(() -> sent.get() > 0);
            Listener listener = new Listener();
            WebSocket other = browser.newWebSocketBuilder()
                    .buildAsync(URI.create("ws://localhost:" + patient.port() + "/"), listener)
                    .get(10, TimeUnit.SECONDS);
            other.sendText("still here", true).join();
            assertThat(listener.text()).isEqualTo("still here");
            writer.join(20_000);
            assertThat(writer.isAlive()).as("the stalled tunnel was given up").isFalse();
            assertThat(sent.get())
                    .as("the pace was the reader's, nothing piled up")
                    .isLessThan(everything);
            other.abort();
            eventually(() -> echo.connections() == 0 && tunnelThreads() == 0);
        }
    }

    @Test
    void tunnelsAreCountedAndTheirPlacesGivenBack() throws Exception {
        try (RunningGateway one = gateway(GatewayLimits.DEFAULT.withTunnels(1))) {
            String handshake = "GET / HTTP/1.1\nHost: localhost\nConnection: Upgrade\nUpgrade: websocket\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\nSec-WebSocket-Version: 13\n\n";
            try (Socket held = new Socket(InetAddress.getLoopbackAddress(), one.port())) {
                held.getOutputStream().write(handshake.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(held.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                        .isEqualTo("HTTP/1.1 101");
                assertThat(one.raw(handshake.replace("Connection: Upgrade", "Connection: Upgrade, close")))
                        .startsWith("HTTP/1.1 503");
            }
            eventually(() -> tunnelThreads() == 0);
            for (int i = 0; i < 3; i++) {
                assertThat(one.raw(handshake
                                .replace("GET / ", "GET /declined ")
                                .replace(": Upgrade\n", ": Upgrade, close\n")))
                        .startsWith("HTTP/1.1 403")
                        .contains("X-Why: no");
            }
        }
    }

    @Test
    void whatDeclinesOrSpeaksNoHttpOpensNothing() {
        assertThatThrownBy(() -> open("/declined", new Listener())).isInstanceOf(ExecutionException.class);
        assertThatThrownBy(() -> open("/garbage", new Listener())).isInstanceOf(ExecutionException.class);
        assertThat(tunnelThreads()).isZero();
    }

    @Test
    void bytesBehindTheHandshakeAreNotLost() throws Exception {
        byte[] frame = {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, 'h', 'i'};
        String handshake =
                "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout(10_000);
            byte[] head = handshake.getBytes(StandardCharsets.US_ASCII);
            byte[] both = java.util.Arrays.copyOf(head, head.length + frame.length);
            System.arraycopy(frame, 0, both, head.length, frame.length);
            socket.getOutputStream().write(both);
            StringBuilder answer = new StringBuilder();
            while (answer.indexOf("\r\n\r\n") < 0) {
                answer.append((char) socket.getInputStream().read());
            }
            assertThat(answer).startsWith("HTTP/1.1 101");
            assertThat(socket.getInputStream().readNBytes(4)).containsExactly(0x81, 2, 'h', 'i');
        }
    }

    private WebSocket open(String path, Listener listener) throws Exception {
        return browser.newWebSocketBuilder()
                .buildAsync(URI.create("ws://localhost:" + gateway.port() + path), listener)
                .get(10, TimeUnit.SECONDS);
    }

    private static long tunnelThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("coatcheck-tunnel") && thread.isAlive())
                .count();
    }

    private static void eventually(java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static final class Listener implements WebSocket.Listener {
        private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
        private final BlockingQueue<byte[]> binaries = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> closes = new LinkedBlockingQueue<>();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            texts.add(data.toString());
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            binaries.add(bytes);
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            closes.add(status + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closes.add("error");
        }

        String text() throws InterruptedException {
            return String.valueOf(texts.poll(10, TimeUnit.SECONDS));
        }

        byte[] binary(int length) throws InterruptedException {
            ByteBuffer all = ByteBuffer.allocate(length);
            while (all.hasRemaining()) {
                byte[] part = binaries.poll(10, TimeUnit.SECONDS);
                assertThat(part).isNotNull();
                all.put(part);
            }
            return all.array();
        }

        String closed() throws InterruptedException {
            return String.valueOf(closes.poll(10, TimeUnit.SECONDS));
        }
    }
}
