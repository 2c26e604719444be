package dev.coatcheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What an adapter owes a {@link dev.coatcheck.http.WebStream}: the head at once, every write at once, no thread, no silence about a reader that has gone. */
abstract class AdapterStreamContract extends AdapterFixture {
    private static final String STREAM = "/endpoint/stream";

    private Wire reading(String... lines) throws IOException {
        List<String> all = new ArrayList<>(List.of(lines));
        all.add(FROM_APP);
        return connect().send(Wire.request("GET", STREAM, all.toArray(String[]::new)));
    }

    @Test
    void aStreamsHeadLeavesWithItsFirstBytesAndEveryWriteAtOnce() throws Exception {
        try (Wire wire = reading()) {
            HeldStream stream = nextStream();
            stream.write("one");
            Wire.Answer head = wire.head();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.only("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
            assertThat(head.only("Cache-Control")).hasValue("private, no-store");
            assertReadable(head);
            assertThat(wire.chunk()).asString().isEqualTo("one");
            stream.write("two");
            assertThat(wire.chunk()).asString().isEqualTo("two");
            stream.sink().end();
            assertThat(wire.chunk()).isEmpty();
            assertThat(stream.isGone())
                    .as("who was answered to the end has not gone")
                    .isFalse();
        }
    }

    @Test
    void aConnectionServesTheNextRequestAfterAStream() throws Exception {
        on("/after", (exchange, call) -> call.write(utf8("after")));
        try (Wire wire = reading()) {
            HeldStream stream = nextStream();
            stream.write("one");
            wire.head();
            wire.chunk();
            stream.sink().end();
            wire.chunk();
            wire.send(Wire.request("GET", "/after", FROM_APP));
            assertThat(wire.answer().text()).isEqualTo("after");
        }
    }

    @Test
    void aRequestThatIsSentWhileAStreamRunsIsAnsweredAfterIt() throws Exception {
        on("/after", (exchange, call) -> call.write(utf8("after")));
        try (Wire wire = reading()) {
            HeldStream stream = nextStream();
            stream.write("one");
            wire.head();
            wire.chunk();
            wire.send(Wire.request("GET", "/after", FROM_APP));
            stream.write("two");
            assertThat(wire.chunk()).asString().isEqualTo("two");
            stream.sink().end();
            assertThat(wire.chunk()).isEmpty();
            assertThat(wire.answer().text()).isEqualTo("after");
        }
    }

    @Test
    void streamsHoldNoThreads() throws Exception {
        List<Wire> wires = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                Wire wire = reading();
                wires.add(wire);
                nextStream().write("one");
                wire.head();
            }
            assertThat(get("/whoami").text()).isEqualTo("nobody");
        } finally {
            for (Wire wire : wires) {
                wire.close();
            }
        }
    }

    @Test
    void http10ReadsAStreamToTheEndOfItsConnection() throws Exception {
        try (Wire wire = connect()) {
            wire.send("GET " + STREAM + " HTTP/1.0\r\n" + FROM_APP + "\r\n\r\n");
            HeldStream stream = nextStream();
            stream.write("one");
            stream.write("two");
            stream.sink().end();
            Wire.Answer answer = wire.answer();
            assertThat(answer.text()).isEqualTo("onetwo");
            assertThat(answer.all("Transfer-Encoding")).isEmpty();
        }
    }

    @Test
    void aReaderThatGoesAwayIsNoticedOnceWhenItIsWrittenTo() throws Exception {
        HeldStream stream;
        try (Wire wire = reading()) {
            stream = nextStream();
            stream.write("one");
            wire.head();
            wire.vanish();
        }
        eventually("noticed", () -> {
            try {
                if (!stream.isGone()) {
                    stream.writes(utf8("are you there?")).await(50, TimeUnit.MILLISECONDS);
                }
                return stream.isGone();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        stream.sink().end();
        stream.sink().cut();
        assertThat(stream.timesGone).hasValue(1);
    }

    @Test
    void aReaderThatTakesNothingHoldsUpNobodyAndCanBeCutOff() throws Exception {
        try (Wire wire = reading()) {
            HeldStream stream = nextStream();
            stream.write("one");
            wire.head();
            wire.chunk();
            byte[] much = new byte[1 << 20];
            CountDownLatch taken = new CountDownLatch(0);
            int writes = 0;
            while (taken.await(500, TimeUnit.MILLISECONDS) && writes++ < 100) {
                taken = stream.writes(much);
            }
            assertThat(taken.getCount())
                    .as("what is not read is not taken for ever")
                    .isEqualTo(1);
            assertThat(get("/whoami").text()).isEqualTo("nobody");
            stream.sink().cut();
            stream.awaitGone();
            readToTheEnd(wire);
        }
    }

    /** Whether it ends like a complete answer or in the middle is the server's: Tomcat has no other way to end one. */
    private static void readToTheEnd(Wire wire) throws IOException {
        try {
            while (wire.chunk().length > 0) {
                // What was on its way arrives.
            }
        } catch (EOFException | SocketException e) {
            assertThat(e).as("it is cut off, as it should be").isNotNull();
        }
    }

    @Test
    void anOlderTicketInGraceIsHandedNoNewOneByAStream() throws Exception {
        on("/rotate", (exchange, call) -> exchange.session().rotate());
        String old = signedIn();
        assertThat(tickets(get("/rotate", old))).hasSize(1);
        assertThat(tickets(get("/whoami", old)))
                .as("any other answer hands it out")
                .hasSize(1);
        try (Wire wire = reading(old)) {
            nextStream().write("one");
            assertThat(wire.head().all("Set-Cookie")).isEmpty();
        }
    }

    @Test
    void aStreamIsNoActivity() throws Exception {
        String cookie = signedIn();
        get("/whoami", cookie);
        clock.advance(Duration.ofMinutes(5));
        store.forget();
        try (Wire wire = reading(cookie)) {
            nextStream().write("one");
            wire.head();
            assertThat(store.writes).hasValue(0);
        }
    }
}
