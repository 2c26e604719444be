package dev.coatcheck.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.Coatcheck;
import dev.coatcheck.Routes;
import dev.coatcheck.http.WebResponse;
import dev.coatcheck.http.WebStream;
import dev.coatcheck.json.JsonValues;
import dev.coatcheck.site.Origin;
import dev.coatcheck.store.MemorySessionStore;
import dev.coatcheck.testkit.Wire;
import dev.coatcheck.token.KeyRing;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What this server adds to the adapter's contract: limits that are meant for silence don't hit a stream, and a good-bye is heard. */
class JettyStreamTest {
    private final CompletableFuture<WebStream.Sink> begun = new CompletableFuture<>();
    private final CountDownLatch gone = new CountDownLatch(1);
    private final Server server = JettyServer.listening(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            coatcheck(Routes.NONE.with(
                    "GET",
                    "/stream",
                    exchange -> WebResponse.status(200).withStream("text/event-stream", new Stream()))),
            new Handler.Abstract() {
                @Override
                public boolean handle(Request request, Response response, Callback callback) {
                    return false;
                }
            },
            JettyLimits.DEFAULT
                    .withIdle(Duration.ofMillis(200))
                    .withPace(Duration.ofMillis(100), 1_000_000)
                    .withStopWithin(Duration.ofSeconds(5)));

    private static Coatcheck coatcheck(Routes routes) {
        return Coatcheck.on(
                        Origin.parse("http://localhost:8080").orElseThrow(),
                        new MemorySessionStore(),
                        KeyRing.ephemeral(new SecureRandom()),
                        new JsonValues())
                .routes(routes)
                .build();
    }

    private final class Stream implements WebStream {
        @Override
        public void begin(Sink sink) {
            begun.complete(sink);
        }

        @Override
        public void gone() {
            gone.countDown();
        }
    }

    private Wire reading() throws Exception {
        server.start();
        Wire wire = Wire.to(JettyServer.port(server)).send(Wire.request("GET", "/stream"));
        write("one");
        wire.head();
        assertThat(wire.chunk()).asString(StandardCharsets.UTF_8).isEqualTo("one");
        return wire;
    }

    private void write(String text) throws Exception {
        CountDownLatch taken = new CountDownLatch(1);
        begun.get(10, TimeUnit.SECONDS).write(text.getBytes(StandardCharsets.UTF_8), taken::countDown);
        assertThat(taken.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    @Test
    void neitherIdleTimeoutNorPaceEndASilentStream() throws Exception {
        try (Wire wire = reading()) {
            assertThat(gone.await(1, TimeUnit.SECONDS)).as("five idle timeouts").isFalse();
            for (int i = 0; i < 5; i++) {
                write("x");
                assertThat(wire.chunk()).hasSize(1);
            }
            assertThat(gone.getCount()).isEqualTo(1);
        }
    }

    @Test
    void aReaderThatLeavesIsNoticedWithoutAWrite() throws Exception {
        reading().close();
        assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aReaderThatVanishesIsNoticedWithoutAWrite() throws Exception {
        reading().vanish();
        assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
    }

    /** Between the look whether anybody reads and the write, Jetty ends the exchange: the write finds nothing to write to. */
    @Test
    void whoeverWritesIsLeftInPeaceWhenTheReaderGoesAwayJustNow() throws Exception {
        AtomicBoolean gate = new AtomicBoolean();
        CountDownLatch looked = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Server gated = JettyServer.listening(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                coatcheck(Routes.NONE),
                new Handler.Abstract() {
                    @Override
                    public boolean handle(Request request, Response response, Callback callback) {
                        Response late = new Response.Wrapper(request, response) {
                            @Override
                            public void write(boolean last, ByteBuffer content, Callback written) {
                                if (gate.get()) {
                                    looked.countDown();
                                    await(ended);
                                }
                                super.write(last, content, written);
                            }
                        };
                        JettyStream.run(new Stream(), late, Callback.from(callback, ended::countDown));
                        return true;
                    }
                },
                JettyLimits.DEFAULT);
        try {
            gated.start();
            Wire wire = Wire.to(JettyServer.port(gated)).send(Wire.request("GET", "/"));
            write("one");
            wire.head();
            gate.set(true);
            CompletableFuture<Void> writing = CompletableFuture.runAsync(
                    () -> begun.join().write("two".getBytes(StandardCharsets.UTF_8), () -> {}));
            await(looked);
            wire.vanish();
            await(gone);
            writing.get(10, TimeUnit.SECONDS);
        } finally {
            gated.stop();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Test
    void aStopWaitsForAStreamToEnd() throws Exception {
        try (Wire wire = reading()) {
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> {
                try {
                    server.stop();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            write("bye");
            begun.get().end();
            assertThat(wire.chunk()).asString(StandardCharsets.UTF_8).isEqualTo("bye");
            assertThat(wire.chunk()).isEmpty();
            stopped.get(10, TimeUnit.SECONDS);
        }
    }
}
