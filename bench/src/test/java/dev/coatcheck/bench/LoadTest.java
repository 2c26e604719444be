package dev.coatcheck.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.server.JettyLimits;
import dev.coatcheck.server.JettyServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The load counts what it was rightly answered, and nothing else passes. */
class LoadTest {
    private static final int USERS = 10;
    private static final Duration SHORT = Duration.ofMillis(150);

    private final Application.Source good = new Application.Called(new StoreCall.InMap(USERS));
    private final AtomicLong answered = new AtomicLong();
    private Server server = new Server();

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    @Test
    void countsAsManyReadsAsTheServerAnswered() throws Exception {
        Load.Ran ran = against(good).run(Operation.READ, SHORT);

        assertThat(ran.requests()).isEqualTo(answered.get()).isPositive();
        assertThat(ran.nanos()).isGreaterThanOrEqualTo(SHORT.toNanos());
        assertThat(ran.ownCpuNanos()).isPositive().isLessThan(ran.nanos());
    }

    @Test
    void asksAsOftenAsItIsToldAndNotForLonger() throws Exception {
        Load load = against(good);

        assertThat(load.run(Operation.WRITE, 40, Duration.ofSeconds(20)).requests())
                .isEqualTo(40);
        assertThat(load.run(Operation.READ, Long.MAX_VALUE, SHORT).nanos()).isBetween(SHORT.toNanos(), 20_000_000_000L);
    }

    @Test
    void findsEveryWriteThatWasAcknowledged() throws Exception {
        Load load = against(good);
        long written = load.run(Operation.WRITE, SHORT).requests();

        assertThat(load.look()).isPositive().isLessThanOrEqualTo(Math.min(written, USERS));
    }

    @Test
    void aWriteThatIsAcknowledgedAndNotKeptEndsTheRun() throws Exception {
        Load load = against(new Answering() {
            @Override
            public void note(Request request, String note) {}
        });
        load.run(Operation.WRITE, SHORT);

        assertThatThrownBy(load::look)
                .isInstanceOf(WrongAnswerException.class)
                .hasMessageContaining("look of user")
                .hasMessageContaining("\"note\":\"000000000\"");
    }

    @Test
    void anAnswerForSomebodyElseEndsTheRun() throws Exception {
        Load load = against(new Answering() {
            @Override
            public String user(Request request) {
                return Note.name(USERS);
            }
        });

        assertThatThrownBy(() -> load.run(Operation.READ, SHORT))
                .isInstanceOf(WrongAnswerException.class)
                .hasMessageContaining(Note.user(Note.name(USERS)));
    }

    @Test
    void anAnswerThatIsNot200EndsTheRun() throws Exception {
        Load load = against(new Answering() {
            @Override
            public String user(Request request) {
                throw new HttpException.RuntimeException(403);
            }
        });

        assertThatThrownBy(() -> load.run(Operation.READ, SHORT))
                .isInstanceOf(WrongAnswerException.class)
                .hasMessageContaining("HTTP/1.1 403");
    }

    private Load against(Application.Source source) throws Exception {
        server = JettyServer.withoutSessions(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new Application(source),
                JettyLimits.DEFAULT);
        // Counted before Jetty writes: who has the answer finds it counted.
        server.insertHandler(new Handler.Wrapper() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                answered.incrementAndGet();
                return super.handle(request, response, callback);
            }
        });
        server.start();
        int port = JettyServer.port(server);
        return new Load(
                port,
                IntStream.range(0, USERS)
                        .mapToObj(i -> Visitor.known(Note.name(i), port))
                        .toList(),
                3);
    }

    /** Right, but for what a test overrides. */
    private class Answering implements Application.Source {
        @Override
        public String user(Request request) {
            return good.user(request);
        }

        @Override
        public String noted(Request request) {
            return good.noted(request);
        }

        @Override
        public void note(Request request, String note) {
            good.note(request, note);
        }
    }
}
