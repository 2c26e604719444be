package dev.coatcheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.AccessRules;
import dev.coatcheck.Coatcheck;
import dev.coatcheck.Exchange;
import dev.coatcheck.Problem;
import dev.coatcheck.ProblemException;
import dev.coatcheck.Routes;
import dev.coatcheck.http.WebResponse;
import dev.coatcheck.session.Principal;
import dev.coatcheck.site.Origin;
import dev.coatcheck.store.MemorySessionStore;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.token.KeyRing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What every test of an adapter stands on: a server of the adapter's on a free port, a pipeline over a store in memory, and an
 * application whose paths each test fills.
 */
public abstract class AdapterFixture {
    /** The app's origin, on the list. */
    protected static final String APP = "http://localhost:3000";

    /** An origin that is not on the list. */
    protected static final String STRANGER = "http://evil.example";

    /** The request line that names the app's origin. */
    protected static final String FROM_APP = "Origin: " + APP;

    static final Principal ANN = Principal.of("ann", "Ann");

    final MutableClock clock = MutableClock.atPresent();
    final CountedStore store = new CountedStore(new MemorySessionStore());
    private final Map<String, ContractApp> paths = new ConcurrentHashMap<>();
    private final LinkedBlockingQueue<HeldStream> streams = new LinkedBlockingQueue<>();
    private Running running;

    /** For subclasses. */
    protected AdapterFixture() {}

    /** A server that runs. */
    public interface Running {
        /** Where it listens on the loopback address. */
        int port();

        void stop() throws Exception;
    }

    /**
     * Starts a server on a free port of the loopback address, with the pipeline in front of the application. The application is to
     * be given the exchange that the adapter left as the request's attribute {@link Exchange#ATTRIBUTE}.
     */
    protected abstract Running start(Coatcheck coatcheck, ContractApp application) throws Exception;

    @BeforeEach
    void startTheServer() throws Exception {
        Coatcheck coatcheck = Coatcheck.on(
                        Origin.parse("http://localhost:8080").orElseThrow(),
                        store,
                        KeyRing.ephemeral(new SecureRandom()),
                        new PipelineFixture.Words())
                .apps(Set.of(Origin.parse(APP).orElseThrow()))
                .rules(AccessRules.DEFAULT.withSignedIn(List.of("/private")))
                .routes(Routes.NONE
                        .with("POST", "/endpoint/echo", AdapterFixture::echo)
                        .with("GET", "/endpoint/stream", this::stream))
                .clock(clock)
                .build();
        on("/whoami", (exchange, call) -> call.write(utf8(name(exchange))));
        on("/sign-in", (exchange, call) -> {
            exchange.session().signIn(ANN);
            exchange.handOutCsrf();
        });
        running = start(coatcheck, this::handle);
    }

    @AfterEach
    void stopTheServer() throws Exception {
        running.stop();
    }

    private void handle(Exchange exchange, ContractApp.Call call) throws Exception {
        ContractApp step = paths.get(exchange.request().path());
        if (step == null) {
            call.error(404);
        } else {
            step.handle(exchange, call);
        }
    }

    private static WebResponse echo(Exchange exchange) {
        try {
            return WebResponse.status(200)
                    .withBody(
                            "application/octet-stream",
                            exchange.request().body().readAllBytes());
        } catch (IOException e) {
            throw ProblemException.of(Problem.malformed("The body could not be read."));
        }
    }

    private WebResponse stream(Exchange exchange) {
        exchange.lookOnly();
        exchange.keepPrivate();
        HeldStream stream = new HeldStream();
        streams.add(stream);
        return WebResponse.status(200).withStream("text/event-stream", stream);
    }

    /** The stream of the latest request to {@code /endpoint/stream}. */
    final HeldStream nextStream() throws InterruptedException {
        HeldStream stream = streams.poll(20, TimeUnit.SECONDS);
        assertThat(stream).as("no stream was asked for").isNotNull();
        return stream;
    }

    /** What the application does at this path. */
    protected final void on(String path, ContractApp step) {
        paths.put(path, step);
    }

    /** The store behind the pipeline. */
    protected final SessionStore store() {
        return store;
    }

    /** A new connection. */
    protected final Wire connect() throws IOException {
        return Wire.to(running.port());
    }

    /** The answer to a GET from the app's page with these further lines, on a connection of its own. */
    protected final Wire.Answer get(String target, String... lines) throws IOException {
        return ask("GET", target, lines);
    }

    /** The answer to a request from the app's page without a body. */
    protected final Wire.Answer ask(String method, String target, String... lines) throws IOException {
        List<String> all = new ArrayList<>(List.of(lines));
        if (all.stream().noneMatch(line -> line.startsWith("Origin:"))) {
            all.add(FROM_APP);
        }
        try (Wire wire = connect()) {
            wire.send(Wire.request(method, target, all.toArray(String[]::new)));
            return method.equals("HEAD") ? wire.answerToHead() : wire.answer();
        }
    }

    /** Signs in. @return the line {@code Cookie: …} to be sent from then on */
    protected final String signedIn() throws IOException {
        return cookieOf(ask("POST", "/sign-in", "Content-Length: 0"));
    }

    /** The line that sends the ticket of this answer back. */
    protected static String cookieOf(Wire.Answer answer) {
        return tickets(answer).stream()
                .map(line -> "Cookie: " + line.substring(0, line.indexOf(';')))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no ticket in " + answer));
    }

    /** The Set-Cookie lines that carry a ticket. */
    protected static List<String> tickets(Wire.Answer answer) {
        return answer.all("Set-Cookie").stream()
                .filter(line -> line.startsWith("coatcheck="))
                .toList();
    }

    /** The answer says, exactly once each, that the app's page may read it with credentials, and that it depends on the origin. */
    protected final void assertReadable(Wire.Answer answer) {
        assertThat(answer.all("Access-Control-Allow-Origin"))
                .as(answer.toString())
                .containsExactly(APP);
        assertThat(answer.all("Access-Control-Allow-Credentials")).containsExactly("true");
        assertVaries(answer);
    }

    /** The answer says that it depends on the origin. */
    protected final void assertVaries(Wire.Answer answer) {
        if (!mayLackVary(answer)) {
            assertThat(vary(answer)).as(answer.toString()).contains("origin");
        }
    }

    /** Whether this container is known to take Vary away from such an answer, which no cache keeps; false unless overridden. */
    protected boolean mayLackVary(Wire.Answer answer) {
        return false;
    }

    /** The words of all Vary lines, in lower case. */
    protected static List<String> vary(Wire.Answer answer) {
        return answer.all("Vary").stream()
                .flatMap(line -> List.of(line.toLowerCase(Locale.ROOT).split("\\s*,\\s*", -1)).stream())
                .toList();
    }

    static String name(Exchange exchange) {
        return exchange.session().principal().map(Principal::name).orElse("nobody");
    }

    /** Waits until this is so, for 10 s at most. */
    static void eventually(String what, BooleanSupplier isSo) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!isSo.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(20, TimeUnit.SECONDS)).as("it never came").isTrue();
    }

    protected static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static Optional<String> remembered(Exchange exchange, String name) {
        return exchange.session().get(name, String.class);
    }
}
