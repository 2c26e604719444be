package dev.coatcheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What an adapter must not spoil on the wire: streams, answers without bodies, pipelines, clients that lie or go away. */
public abstract class AdapterWireContract extends AdapterStreamContract {
    private static final int MEGABYTE = 1 << 20;

    AdapterWireContract() {}

    // --- bodies

    @Test
    void largeBodiesStreamBothWays() throws Exception {
        on("/echo", (exchange, call) -> {
            exchange.session().set("k", "v");
            InputStream in = call.body();
            byte[] buffer = new byte[16 * 1024];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                call.write(Arrays.copyOf(buffer, n));
            }
        });
        byte[] sent = new byte[8 * MEGABYTE];
        for (int i = 0; i < sent.length; i++) {
            sent[i] = (byte) (i * 31 + (i >> 13));
        }
        try (Wire wire = connect()) {
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(wire, sent));
            Wire.Answer answer = wire.answer();
            sending.get(10, TimeUnit.SECONDS);
            assertThat(Arrays.equals(answer.body(), sent)).isTrue();
            assertThat(tickets(answer)).hasSize(1);
            assertReadable(answer);
        }
    }

    private static void send(Wire wire, byte[] body) {
        try {
            wire.send(Wire.request("POST", "/echo", FROM_APP, "Content-Length: " + body.length));
            wire.send(body);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void eventsArriveOneByOne() throws Exception {
        CountDownLatch firstWasRead = new CountDownLatch(1);
        on("/events", (exchange, call) -> {
            call.set("Content-Type", "text/event-stream");
            exchange.session().set("k", "v");
            call.write(utf8("data: one\n\n"));
            call.flush();
            await(firstWasRead);
            call.write(utf8("data: two\n\n"));
            call.flush();
        });
        try (Wire wire = connect()) {
            wire.send(Wire.request("GET", "/events", FROM_APP));
            Wire.Answer head = wire.head();
            assertReadable(head);
            assertThat(tickets(head)).hasSize(1);
            assertThat(wire.chunk()).asString().isEqualTo("data: one\n\n");
            firstWasRead.countDown();
            assertThat(wire.chunk()).asString().isEqualTo("data: two\n\n");
            assertThat(wire.chunk()).isEmpty();
        }
    }

    @Test
    void headIsAnsweredWithTheHeadersOfGetAndNoBody() throws Exception {
        on("/page", (exchange, call) -> {
            call.set("Content-Type", "text/plain");
            exchange.session().set("k", "v");
            call.write(utf8("twelve bytes"));
        });
        Wire.Answer whole = get("/page");
        try (Wire wire = connect()) {
            wire.send(Wire.request("HEAD", "/page", FROM_APP));
            Wire.Answer head = wire.answerToHead();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.only("Content-Length"))
                    .isEqualTo(whole.only("Content-Length"))
                    .contains("12");
            assertThat(tickets(head)).hasSize(1);
            assertReadable(head);
            wire.send(Wire.request("GET", "/whoami", FROM_APP));
            assertThat(wire.answer().text())
                    .as("no body was left on the connection")
                    .isEqualTo("nobody");
        }
    }

    @Test
    void aRefusedHeadIsAnsweredWithoutABody() throws Exception {
        try (Wire wire = connect()) {
            wire.send(Wire.request("HEAD", "/private", FROM_APP));
            Wire.Answer refused = wire.answerToHead();
            assertThat(refused.status()).isEqualTo(401);
            assertReadable(refused);
            wire.send(Wire.request("GET", "/whoami", FROM_APP));
            assertThat(wire.answer().text()).isEqualTo("nobody");
        }
    }

    @Test
    void answersWithoutBodiesCarryTheTicket() throws Exception {
        on("/204", (exchange, call) -> {
            exchange.session().set("k", "v");
            call.status(204);
        });
        on("/304", (exchange, call) -> {
            exchange.session().set("k", "v");
            call.status(304);
        });
        try (Wire wire = connect()) {
            for (int status : List.of(204, 304)) {
                wire.send(Wire.request("GET", "/" + status, FROM_APP));
                Wire.Answer answer = wire.answer();
                assertThat(answer.status()).isEqualTo(status);
                assertThat(tickets(answer)).hasSize(1);
                assertReadable(answer);
            }
            wire.send(Wire.request("GET", "/whoami", FROM_APP));
            assertThat(wire.answer().text()).isEqualTo("nobody");
        }
    }

    @Test
    void anExceptionAfterTheFirstBytesCutsTheAnswerOff() throws Exception {
        on("/boom", (exchange, call) -> {
            call.write(utf8("first"));
            call.flush();
            throw new IllegalStateException("the password is hunter2");
        });
        try (Wire wire = connect()) {
            wire.send(Wire.request("GET", "/boom", FROM_APP));
            Wire.Answer head = wire.head();
            assertThat(head.status()).isEqualTo(200);
            assertReadable(head);
            assertThat(wire.chunk()).asString().isEqualTo("first");
            assertThatThrownBy(wire::chunk).isInstanceOf(IOException.class);
        }
        assertThat(get("/whoami").text()).isEqualTo("nobody");
    }

    // --- the connection

    @Test
    void a100ContinueIsSentWhenTheApplicationReadsAndTheAnswerFollows() throws Exception {
        on("/upload", (exchange, call) -> call.write(call.body().readAllBytes()));
        try (Wire wire = connect()) {
            wire.send(Wire.request("POST", "/upload", FROM_APP, "Expect: 100-continue", "Content-Length: 5"));
            Wire.Answer interim = wire.head();
            assertThat(interim.status()).isEqualTo(100);
            assertThat(interim.all("Set-Cookie")).isEmpty();
            wire.send("hello");
            Wire.Answer answer = wire.answer();
            assertThat(answer.text()).isEqualTo("hello");
            assertReadable(answer);
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrderEachForItself() throws Exception {
        on("/set", (exchange, call) -> exchange.session().set("k", "v"));
        String cookie = signedIn();
        try (Wire wire = connect()) {
            wire.send(Wire.request("GET", "/whoami", FROM_APP, cookie)
                    + Wire.request("GET", "/whoami", "Origin: " + STRANGER)
                    + Wire.request("GET", "/set", FROM_APP)
                    + Wire.request("GET", "/private", FROM_APP)
                    + Wire.request("GET", "/whoami", FROM_APP, cookie));
            Wire.Answer ann = wire.answer();
            assertThat(ann.text()).isEqualTo("Ann");
            assertReadable(ann);
            Wire.Answer stranger = wire.answer();
            assertThat(stranger.text()).isEqualTo("nobody");
            assertThat(stranger.all("Access-Control-Allow-Origin")).isEmpty();
            assertThat(tickets(wire.answer())).hasSize(1);
            Wire.Answer refused = wire.answer();
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.all("Set-Cookie")).isEmpty();
            assertThat(wire.answer().text()).isEqualTo("Ann");
        }
    }

    @Test
    void aRequestWhoseLengthIsSaidTwiceSmugglesNothing() throws Exception {
        AtomicInteger smuggled = new AtomicInteger();
        on("/smuggled", (exchange, call) -> smuggled.incrementAndGet());
        on("/first", (exchange, call) -> call.body().readAllBytes());
        String inner = Wire.request("GET", "/smuggled", "X: y");
        List<String> lengths = List.of(
                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 5",
                "Content-Length: 5\r\nContent-Length: " + (5 + inner.length()),
                "Transfer-Encoding: identity, chunked, identity",
                "Content-Length: +5",
                "Content-Length : 5");
        for (String length : lengths) {
            try (Wire wire = connect()) {
                wire.send("POST /first HTTP/1.1\r\nHost: localhost\r\n" + FROM_APP + "\r\n" + length
                        + "\r\n\r\n0\r\n\r\n" + inner);
                wire.sendNoMore();
                wire.answer();
                assertThat(wire.endsHere()).as(length).isTrue();
            }
        }
        assertThat(smuggled).hasValue(0);
    }

    @Test
    void aLineBreakInAHeaderValueSplitsNoAnswer() throws Exception {
        on("/inject", (exchange, call) -> {
            call.set("X-App", "a\r\nSet-Cookie: coatcheck=planted; Path=/\r\n\r\nHTTP/1.1 200 OK");
            call.write(utf8("x"));
        });
        on("/redirect", (exchange, call) -> call.redirect("/a\r\nSet-Cookie: coatcheck=planted; Path=/"));
        for (String path : List.of("/inject", "/redirect")) {
            try (Wire wire = connect()) {
                wire.send(Wire.request("GET", path, FROM_APP, "Connection: close"));
                Wire.Answer answer = wire.answer();
                assertThat(answer.all("Set-Cookie")).as(path).isEmpty();
                assertReadable(answer);
                assertThat(wire.endsHere()).as(path).isTrue();
            }
        }
    }

    @Test
    void aClientThatGoesAwayEndsItsExchange() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        AtomicReference<String> outcome = new AtomicReference<>("still reading");
        on("/upload", (exchange, call) -> {
            call.write(utf8("go on"));
            call.flush();
            reading.countDown();
            try {
                call.body().readAllBytes();
                outcome.set("read all");
            } catch (IOException | RuntimeException e) {
                outcome.set("failed");
                exchange.session().set("seen", "the client went away");
                throw e;
            }
        });
        on(
                "/look",
                (exchange, call) -> call.write(utf8(remembered(exchange, "seen").orElse("none"))));
        Wire.Answer in = get("/sign-in");
        String cookie = cookieOf(in);
        String token = "X-CSRF-Token: " + in.only("X-CSRF-Token").orElseThrow();
        try (Wire wire = connect()) {
            wire.send(Wire.request("POST", "/upload", FROM_APP, cookie, token, "Content-Length: 1000000"));
            wire.send(new byte[100_000]);
            await(reading);
            wire.vanish();
        }
        eventually("the exchange is finished", () -> "the client went away".equals(text("/look", cookie)));
        assertThat(outcome).hasValue("failed");
    }

    private String text(String path, String cookie) {
        try {
            return get(path, cookie).text();
        } catch (EOFException e) {
            return "";
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
