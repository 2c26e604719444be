package dev.coatcheck.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.Coatcheck;
import dev.coatcheck.testkit.AdapterFixture;
import dev.coatcheck.testkit.ContractApp;
import dev.coatcheck.testkit.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.ThrowingConsumer;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Test;

/** What the server does beyond its adapter: limits, parser errors, peers that dawdle, the graceful stop. */
final class JettyServerTest extends AdapterFixture {
    private static final int THREADS = 8;
    private static final int BODY_BYTES = 200_000;
    private static final JettyLimits LIMITS = JettyLimits.DEFAULT
            .withTargetBytes(2000)
            .withBodyBytes(BODY_BYTES)
            .withThreads(THREADS)
            .withPace(Duration.ofMillis(400), 10_000)
            .withIdle(Duration.ofSeconds(2))
            .withStopWithin(Duration.ofSeconds(3));

    private Server server;

    @Override
    protected Running start(Coatcheck coatcheck, ContractApp application) throws Exception {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = JettyServer.listening(anyPort, coatcheck, new ContractHandler(application), LIMITS);
        return RunningJetty.of(server);
    }

    // --- what can't be parsed, or is too much

    private Wire.Answer answerTo(String raw) throws IOException {
        try (Wire wire = connect()) {
            return wire.send(raw).answer();
        }
    }

    private void assertRefused(Wire.Answer answer, int status) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo("request-malformed");
        assertThat(answer.text()).doesNotContain("Exception", "jetty");
        assertThat(answer.all("Server")).isEmpty();
        assertReadable(answer);
    }

    @Test
    void whatTheParserRefusesIsReadableForTheAppThatAsked() throws Exception {
        String begin = "GET / HTTP/1.1\r\nHost: localhost\r\n" + FROM_APP + "\r\n";
        assertRefused(answerTo(begin + "no colon in this line\r\n\r\n"), 400);
        assertRefused(answerTo(begin + "Host: twice\r\n\r\n"), 400);
        assertRefused(answerTo(begin + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400);
        assertRefused(answerTo(begin + "Content-Length: nine\r\n\r\n"), 400);
        assertRefused(answerTo(begin + "X-Nul: a\0b\r\n\r\n"), 400);
        assertRefused(answerTo("GET /a/%2e%2e/b HTTP/1.1\r\nHost: localhost\r\n" + FROM_APP + "\r\n\r\n"), 400);
        assertRefused(answerTo(begin + "Expect: a miracle\r\n\r\n"), 417);
        assertRefused(answerTo(begin + "Cookie: a=" + "x".repeat(20_000) + "\r\n\r\n"), 431);
        assertRefused(answerTo(begin.replace("/ HTTP", "/" + "x".repeat(3000) + " HTTP") + "\r\n"), 414);
    }

    @Test
    void aParserErrorLaterOnAConnectionIsReadableToo() throws Exception {
        try (Wire wire = connect()) {
            for (int i = 0; i < 3; i++) {
                assertThat(wire.send(Wire.request("GET", "/whoami", FROM_APP))
                                .answer()
                                .text())
                        .isEqualTo("nobody");
            }
            assertRefused(
                    wire.send("GET / HTTP/1.1\r\nHost: x\r\norigin:" + APP + "\r\nbroken\r\n\r\n")
                            .answer(),
                    400);
        }
    }

    @Test
    void aStrangerCannotReadAParserErrorNorOneWhoseOriginIsNotAllThere() throws Exception {
        for (String begin : List.of(
                "GET / HTTP/1.1\r\nHost: x\r\nOrigin: " + STRANGER + "\r\nbroken\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\n" + FROM_APP + "\r\n" + FROM_APP + "\r\nbroken\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\nbroken\r\n\r\n" + FROM_APP + "\r\n\r\n",
                "Origin: " + APP + " / HTTP/1.1\r\n\r\n")) {
            Wire.Answer answer = answerTo(begin);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.all("Access-Control-Allow-Origin")).as(begin).isEmpty();
            assertVaries(answer);
        }
    }

    @Test
    void theOriginOfARequestBeforeIsNotThatOfABrokenOneAfter() throws Exception {
        try (Wire wire = connect()) {
            wire.send(Wire.request("GET", "/whoami", FROM_APP)).answer();
            Wire.Answer answer = wire.send("GET / HTTP/1.1\r\nbroken\r\n\r\n").answer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.all("Access-Control-Allow-Origin")).isEmpty();
        }
    }

    @Test
    void aBodyBeyondTheLimitIs413HoweverItComes() throws Exception {
        on("/upload", (exchange, call) -> call.write(call.body().readAllBytes()));
        String chunk = Integer.toHexString(60_000) + "\r\n" + "x".repeat(60_000) + "\r\n";
        for (String path : List.of("/endpoint/echo", "/upload")) {
            String begin = "POST " + path + " HTTP/1.1\r\nHost: x\r\n" + FROM_APP + "\r\n";
            assertRefused(answerTo(begin + "Content-Length: " + (BODY_BYTES + 1) + "\r\n\r\n"), 413);
            assertRefused(answerTo(begin + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeat(4)), 413);
            Wire.Answer most = answerTo(begin + "Content-Length: " + BODY_BYTES + "\r\n\r\n" + "x".repeat(BODY_BYTES));
            assertThat(most.body()).hasSize(BODY_BYTES);
        }
    }

    @Test
    void aBodyThatEndsEarlyIsNoFaultOfTheServers() throws Exception {
        try (Wire wire = connect()) {
            wire.send("POST /endpoint/echo HTTP/1.1\r\nHost: x\r\n" + FROM_APP + "\r\nContent-Length: 9\r\n\r\nabc");
            wire.sendNoMore();
            assertRefused(wire.answer(), 400);
        }
    }

    @Test
    void aLargeRefusedUploadIsAnsweredWithoutAContinue() throws Exception {
        try (Wire wire = connect()) {
            wire.send(Wire.request("POST", "/private", FROM_APP, "Expect: 100-continue", "Content-Length: 100000"));
            assertThat(wire.head().status()).isEqualTo(401);
        }
    }

    @Test
    void aPathThatNothingHandlesAndWorkThatFailsLaterAreProblems() throws Exception {
        on(
                "/later",
                (exchange, call) -> call.later(() -> {
                    throw new IllegalStateException("the password is hunter2");
                }));
        Wire.Answer later = get("/later");
        assertThat(later.code()).isEqualTo("internal-error");
        assertThat(later.text()).doesNotContain("hunter2");
        assertReadable(later);
        assertThat(get("/nowhere").code()).isEqualTo("not-found");
    }

    // --- peers that dawdle

    private void crowd(String raw, ThrowingConsumer<List<Wire>> rest) throws Exception {
        List<Wire> dawdlers = new ArrayList<>();
        try {
            for (int i = 0; i < 5 * THREADS; i++) {
                Wire wire = connect();
                dawdlers.add(wire);
                wire.send(raw);
            }
            assertThat(get("/whoami").text()).isEqualTo("nobody");
            rest.accept(dawdlers);
        } finally {
            for (Wire wire : dawdlers) {
                wire.close();
            }
        }
    }

    @Test
    void bodiesThatTrickleTakeNoThread() throws Exception {
        crowd(
                Wire.request("POST", "/endpoint/echo", "Content-Length: 1000") + "x",
                dawdlers -> assertThat(
                                dawdlers.get(0).send("x".repeat(999)).answer().body())
                        .hasSize(1000));
    }

    @Test
    void bodiesThatStayAwayAfterAContinueTakeNoThread() throws Exception {
        crowd(Wire.request("POST", "/endpoint/echo", "Expect: 100-continue", "Content-Length: 1000"), dawdlers -> {
            for (Wire wire : dawdlers) {
                assertThat(wire.head().status()).isEqualTo(100);
                assertThat(wire.send("x".repeat(1000)).answer().body()).hasSize(1000);
            }
        });
    }

    @Test
    void largeBodiesThatStayAwayAfterAContinueTakeFewThreads() throws Exception {
        for (String length : List.of("Content-Length: 100000", "Transfer-Encoding: chunked")) {
            crowd(Wire.request("POST", "/endpoint/echo", "Expect: 100-continue", length), dawdlers -> {});
        }
    }

    @Test
    void aLargeBodyIsCheckedBeforeMuchOfItIsHeld() throws Exception {
        CountDownLatch checked = new CountDownLatch(1);
        on("/upload", (exchange, call) -> {
            checked.countDown();
            call.write(call.body().readAllBytes());
        });
        try (Wire wire = connect()) {
            wire.send(Wire.request("POST", "/upload", FROM_APP, "Content-Length: 60000") + "x".repeat(17_000));
            assertThat(checked.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(wire.send("x".repeat(43_000)).answer().body()).hasSize(60_000);
        }
    }

    @Test
    void readingWhatCameDoesNotWaitForMore() throws Exception {
        on("/begin", (exchange, call) -> call.write(exchange.request().body().readNBytes(17_000)));
        try (Wire wire = connect()) {
            wire.send(Wire.request("POST", "/begin", FROM_APP, "Content-Length: 60000") + "x".repeat(17_000));
            assertThat(wire.answer().body()).hasSize(17_000);
        }
    }

    @Test
    void aConnectionMayRestBetweenRequestsLongerThanPatience() throws Exception {
        on("/later", (exchange, call) -> call.later(() -> call.write(utf8("later"))));
        List<String> requests = List.of(
                Wire.request("GET", "/whoami"),
                Wire.request("POST", "/endpoint/echo", "Content-Length: 1000") + "x".repeat(1000),
                Wire.request("GET", "/later"));
        assertRests(wire -> {
            for (String request : requests) {
                wire.send(request);
                wire.answer();
                rest();
            }
        });
    }

    @Test
    void aConnectionWhoseBodyEndedAfterTheAnswerMayRestToo() throws Exception {
        on("/early", (exchange, call) -> {
            InputStream body = call.body();
            assertThat(body.readNBytes(new byte[99_000], 0, 99_000)).isEqualTo(99_000);
            call.set("Content-Length", "2");
            call.write(utf8("ok"));
            call.flush();
            assertThat(body.readAllBytes()).hasSize(1000);
        });
        assertRests(wire -> {
            wire.send(Wire.request("POST", "/early", FROM_APP, "Content-Length: 100000") + "x".repeat(99_000));
            assertThat(wire.answer().text()).isEqualTo("ok");
            wire.send("x".repeat(1000));
            rest();
        });
    }

    private void assertRests(ThrowingConsumer<Wire> exchanges) throws Exception {
        try (Wire wire = connect()) {
            exchanges.accept(wire);
            assertThat(wire.send(Wire.request("GET", "/whoami")).answer().text())
                    .isEqualTo("nobody");
        }
    }

    private static void rest() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(600);
    }

    @Test
    void aHeadThatTricklesIsCutOff() throws Exception {
        try (Wire wire = connect()) {
            wire.send("GET / HTTP/1.1\r\nHost: x\r\n");
            assertCutOff(wire, "X: y\r\n");
        }
    }

    @Test
    void aBodyThatTricklesIsCutOff() throws Exception {
        on("/upload", (exchange, call) -> call.body().readAllBytes());
        for (String path : List.of("/endpoint/echo", "/upload")) {
            try (Wire wire = connect()) {
                wire.send("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
                assertCutOff(wire, "x");
            }
        }
    }

    private static void assertCutOff(Wire wire, String drop) {
        long begin = System.nanoTime();
        assertThatThrownBy(() -> {
                    while (System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(10)) {
                        wire.send(drop);
                        TimeUnit.MILLISECONDS.sleep(20);
                    }
                })
                .as("the server hung up")
                .isInstanceOf(IOException.class);
    }

    @Test
    void aReaderThatDawdlesIsCutOff() throws Exception {
        CompletableFuture<String> outcome = new CompletableFuture<>();
        on("/flood", (exchange, call) -> {
            try {
                while (true) {
                    call.write(new byte[64 * 1024]);
                }
            } catch (IOException e) {
                outcome.complete("cut off");
                throw e;
            }
        });
        try (Wire wire = connect()) {
            wire.send(Wire.request("GET", "/flood"));
            wire.head();
            assertThat(outcome.get(15, TimeUnit.SECONDS)).isEqualTo("cut off");
        }
    }

    @Test
    void aSlowApplicationIsNotTheClientsFault() throws Exception {
        CountDownLatch wait = new CountDownLatch(1);
        on("/slow", (exchange, call) -> {
            assertThat(wait.await(600, TimeUnit.MILLISECONDS)).isFalse();
            byte[] body = call.body().readAllBytes();
            assertThat(wait.await(600, TimeUnit.MILLISECONDS)).isFalse();
            call.write(body);
        });
        try (Wire wire = connect()) {
            for (int i = 0; i < 2; i++) {
                wire.send(Wire.request("POST", "/slow", FROM_APP, "Content-Length: 5") + "hello");
                assertThat(wire.answer().text()).isEqualTo("hello");
            }
        }
    }

    @Test
    void aSilentConnectionIsClosed() throws Exception {
        try (Wire wire = connect()) {
            assertThat(wire.endsHere()).isTrue();
        }
    }

    // --- the stop

    @Test
    void aRequestInFlightFinishesWhileTheServerStops() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch stopping = new CountDownLatch(1);
        on("/slow", (exchange, call) -> {
            began.countDown();
            assertThat(stopping.await(10, TimeUnit.SECONDS)).isTrue();
            exchange.session().set("k", "v");
            call.write(utf8("done"));
        });
        try (Wire wire = connect()) {
            wire.send(Wire.request("GET", "/slow", FROM_APP));
            assertThat(began.await(10, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Void> stop = CompletableFuture.runAsync(this::stop);
            while (!server.isStopping()) {
                Thread.onSpinWait();
            }
            stopping.countDown();
            Wire.Answer answer = wire.answer();
            assertThat(answer.text()).isEqualTo("done");
            assertThat(tickets(answer)).hasSize(1);
            stop.get(10, TimeUnit.SECONDS);
        }
        assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
    }

    @Test
    void aRequestThatDoesNotEndHoldsTheStopNoLongerThanItsBound() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        on("/endless", (exchange, call) -> {
            began.countDown();
            assertThat(end.await(60, TimeUnit.SECONDS)).isTrue();
        });
        try (Wire wire = connect()) {
            wire.send(Wire.request("GET", "/endless", FROM_APP));
            assertThat(began.await(10, TimeUnit.SECONDS)).isTrue();
            long begin = System.nanoTime();
            assertThatThrownBy(server::stop).isInstanceOf(TimeoutException.class);
            assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(10));
        } finally {
            end.countDown();
        }
    }

    private void stop() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
