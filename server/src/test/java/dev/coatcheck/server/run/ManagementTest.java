package dev.coatcheck.server.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.Problem;
import dev.coatcheck.endpoints.SessionEvents;
import dev.coatcheck.server.JettyServer;
import dev.coatcheck.session.EventPolicy;
import dev.coatcheck.session.SessionEvent;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.MemorySessionStore;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.stores.nearcache.NearCachePolicy;
import dev.coatcheck.stores.nearcache.NearCachedStore;
import dev.coatcheck.testkit.Sessions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManagementTest {
    private final Instant now = Instant.now();
    private final Metrics metrics = new Metrics();
    private final Server server =
            Management.listening(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), metrics);

    @BeforeEach
    void start() throws Exception {
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    @Test
    void itTellsOfTheStoreByOperationAndOutcome() throws Exception {
        SessionStore store = metrics.metered(new MemorySessionStore());
        StoredSession session = Sessions.of(Sessions.user(), now).build();
        store.create(session, PerUserLimit.DEFAULT);
        store.find(session.id());
        store.find(Sessions.id());
        store.end(session.id(), EndReason.SIGNED_OUT, now);
        store.close();
        assertThatThrownBy(() -> store.find(session.id())).isInstanceOf(StoreUnavailableException.class);
        assertThat(get("/metrics").body())
                .contains(
                        "coatcheck_store_seconds_count{operation=\"create\",outcome=\"done\"} 1",
                        "coatcheck_store_seconds_count{operation=\"find\",outcome=\"found\"} 1",
                        "coatcheck_store_seconds_count{operation=\"find\",outcome=\"absent\"} 1",
                        "coatcheck_store_seconds_count{operation=\"find\",outcome=\"unavailable\"} 1",
                        "coatcheck_store_seconds_count{operation=\"end\",outcome=\"done\"} 1")
                .doesNotContain(session.id().toString());
    }

    @Test
    void itTellsOfTheNearCache() throws Exception {
        NearCachedStore near = NearCachedStore.over(new MemorySessionStore(), NearCachePolicy.DEFAULT);
        metrics.watch(near);
        StoredSession session = Sessions.of(Sessions.user(), now).build();
        near.create(session, PerUserLimit.DEFAULT);
        near.find(session.id());
        near.find(session.id());
        assertThat(get("/metrics").body())
                .contains(
                        "coatcheck_near_cache_hits_total 1.0",
                        "coatcheck_near_cache_misses_total 1.0",
                        "coatcheck_near_cache_flushes_total 0.0",
                        "coatcheck_near_cache_channel_up 1.0",
                        "coatcheck_near_cache_echo_age_seconds ");
    }

    @Test
    void itTellsOfEventsWithoutSayingWhose() throws Exception {
        StoredSession session = Sessions.of(Sessions.user(), now).build();
        metrics.on(new SessionEvent(
                SessionEvent.Kind.SIGNED_IN,
                Optional.of(session.id()),
                session.principal().map(who -> who.id()),
                now,
                "password"));
        assertThat(get("/metrics").body())
                .contains("coatcheck_session_events_total{kind=\"signed_in\",reason=\"password\"} 1.0")
                .doesNotContain(session.id().toString())
                .doesNotContain(session.principal().orElseThrow().id().value());
    }

    @Test
    void itTellsOfProblemsByCodeAndOfNoMoreCodesThanItMayKeep() throws Exception {
        metrics.count(Problem.sessionMissing());
        metrics.count(Problem.sessionMissing());
        for (int i = 0; i < 3 * Metrics.MOST_CODES; i++) {
            metrics.count(Problem.of(400, "made-of-data-" + i, "", ""));
        }
        metrics.count(Problem.sessionMissing());
        List<String> counted = get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("coatcheck_problems_total{"))
                .toList();
        assertThat(counted)
                .hasSize(Metrics.MOST_CODES + 1)
                .contains(
                        "coatcheck_problems_total{code=\"session-missing\"} 3.0",
                        "coatcheck_problems_total{code=\"made-of-data-0\"} 1.0",
                        "coatcheck_problems_total{code=\"other\"} " + (2.0 * Metrics.MOST_CODES + 1));
    }

    /** A reader of the page, and one of the metrics, finds what the other finds. */
    @Test
    void eachOfOurMetricsHasAHelpTextAndStandsInTheGuide() throws Exception {
        NearCachedStore near = NearCachedStore.over(metrics.metered(new MemorySessionStore()), NearCachePolicy.DEFAULT);
        near.find(Sessions.id());
        metrics.watch(near);
        metrics.count(Problem.sessionMissing());
        metrics.on(new SessionEvent(SessionEvent.Kind.SIGNED_IN, Optional.empty(), Optional.empty(), now, "cookie"));
        try (SessionEvents events =
                SessionEvents.over(near, EventPolicy.DEFAULT, InstantSource.system(), new SecureRandom())) {
            metrics.watch(events);
            server.stop();
            server.insertHandler(metrics.countingRequests());
            server.start();
            get("/metrics");
            String guide =
                    Files.readString(Path.of(System.getProperty("coatcheck.root", ".."), "docs", "guide-nodes.md"));
            List<String> helped = get("/metrics")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("# HELP coatcheck_"))
                    .map(line -> line.substring("# HELP ".length()))
                    .toList();
            assertThat(helped).allSatisfy(line -> assertThat(line).matches("\\S+ \\S.*"));
            assertThat(helped.stream().map(line -> line.split(" ", 2)[0]))
                    .containsExactlyInAnyOrderElementsOf(Pattern.compile("(?m)^\\| `(coatcheck_[a-z_]+)")
                            .matcher(guide)
                            .results()
                            .map(row -> row.group(1))
                            .toList());
        }
    }

    @Test
    void itAnswersNothingElse() throws Exception {
        assertThat(get("/").statusCode()).isEqualTo(404);
        assertThat(get("/metrics/x").statusCode()).isEqualTo(404);
        assertThat(get("/metrics").headers().firstValue("Content-Type").orElse(""))
                .startsWith("text/plain");
        assertThat(get("/metrics").headers().firstValue("Access-Control-Allow-Origin"))
                .isEmpty();
    }

    @Test
    void aForeignNameThatLeadsHereIsNotAnswered() throws Exception {
        for (String own : List.of("localhost", "LOCALHOST:9464", "127.0.0.1", "[::1]:9464")) {
            assertThat(answerTo(own)).as(own).startsWith("HTTP/1.1 200 ");
        }
        for (String foreign :
                List.of("rebound.example", "rebound.example:9464", "localhost.rebound.example", "1.2.3.4.nip.io")) {
            assertThat(answerTo(foreign))
                    .as(foreign)
                    .startsWith("HTTP/1.1 421 ")
                    .doesNotContain("jvm_");
        }
    }

    private String answerTo(String host) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), JettyServer.port(server))) {
            socket.getOutputStream()
                    .write(("GET /metrics HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private HttpResponse<String> get(String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + JettyServer.port(server) + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
