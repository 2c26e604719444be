package dev.coatcheck.stores.nearcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.Coatcheck;
import dev.coatcheck.Exchange;
import dev.coatcheck.Problem;
import dev.coatcheck.ProblemException;
import dev.coatcheck.Routes;
import dev.coatcheck.http.RequestHead;
import dev.coatcheck.http.WebResponse;
import dev.coatcheck.session.Principal;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.MemorySessionStore;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.testkit.MutableClock;
import dev.coatcheck.token.KeyRing;
import dev.coatcheck.token.RotationPolicy;
import dev.coatcheck.token.SessionId;
import dev.coatcheck.token.SessionTokens;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be read of the near-cache while the store is silent, and what not. */
class ThroughOutageTest {
    private static final Principal ANN = Principal.of("ann", "Ann");
    private static final long BOUND = 30_000;

    private final KeyRing keys = KeyRing.ephemeral(new SecureRandom());
    private final MutableClock clock = MutableClock.atPresent();
    private final MemorySessionStore shared = new MemorySessionStore();
    private final Told node = new Told(shared);
    private final List<Principal> seen = new ArrayList<>();
    private NearCachedStore near = near(Duration.ofMillis(BOUND));
    private Coatcheck coatcheck = on(near);
    private final Browser browser = new Browser();

    @BeforeEach
    void annIsSignedInAndKnown() {
        ask("POST", "/x", exchange -> {
            exchange.session().signIn(ANN);
            exchange.handOutCsrf();
        });
        look();
        look();
    }

    @Test
    void whatWasKnownIsReadWithinTheBoundAndNotAtItsEnd() {
        assertThat(look().header("Coatcheck-Session")).isEmpty();
        node.goDown();
        node.silence(BOUND - 1);
        WebResponse answer = look();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Coatcheck-Session")).contains("stale");
        assertThat(answer.header("Access-Control-Expose-Headers").orElseThrow()).contains("Coatcheck-Session");
        assertThat(answer.header("Cache-Control")).contains("private, no-store");
        assertThat(answer.header("Set-Cookie")).isEmpty();
        assertThat(seen).hasSize(4).containsOnly(ANN);
        assertThat(near.state().stale()).isEqualTo(1);
        node.silence(1);
        assertThat(look().status()).isEqualTo(503);
        assertThat(near.state().stale()).isEqualTo(1);
    }

    @Test
    void itIsOffByDefault() {
        near = near(NearCachePolicy.DEFAULT.throughOutage());
        coatcheck = on(near);
        look();
        node.goDown();
        assertThat(look().status()).isEqualTo(503);
    }

    @Test
    void aHeadIsReadAndNothingElse() {
        node.goDown();
        assertThat(ask("HEAD", "/x", ThroughOutageTest::nothing).status()).isEqualTo(200);
        for (String method : List.of("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get")) {
            assertThat(ask(method, "/x", ThroughOutageTest::nothing).status())
                    .as(method)
                    .isEqualTo(503);
        }
    }

    @Test
    void aWebSocketIsNotOpened() {
        node.goDown();
        RequestHead handshake =
                browser.request("GET", "/x").with("Upgrade", "websocket").with("Connection", "Upgrade");
        assertThat(browser.ask(coatcheck, handshake, ThroughOutageTest::nothing).status())
                .isEqualTo(503);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/auth/session", "/auth/sessions", "/auth/unknown", "/mounted/7"})
    void ourOwnEndpointsWait(String path) {
        assertThat(ask("GET", "/mounted/7", ThroughOutageTest::nothing).status())
                .isEqualTo(200);
        node.goDown();
        assertThat(ask("GET", path, ThroughOutageTest::nothing).status()).isEqualTo(503);
    }

    @Test
    void whatEndedElsewhereAndWasHeardOfIsNotRead() {
        shared.end(id(), EndReason.REVOKED_BY_ADMIN, clock.instant());
        node.goDown();
        assertThat(look().status()).isEqualTo(503);
    }

    @Test
    void whatEndedHereIsNotRead() {
        String before = browser.cookie;
        ask("POST", "/x", exchange -> exchange.session().signOut());
        browser.cookie = before;
        node.goDown();
        assertThat(look().status()).isEqualTo(503);
    }

    /** Whether it ended is not known; that somebody wanted it to is. */
    @Test
    void whatSomebodyTriedToEndIsNotRead() {
        node.goDown();
        assertThat(look().status()).isEqualTo(200);
        assertThatThrownBy(() -> near.end(id(), EndReason.REVOKED_BY_ADMIN, clock.instant()))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(look().status()).isEqualTo(503);
    }

    @Test
    void whatEndedWhileTheChannelWasAwayIsNotReadInTheNextOutage() {
        node.cut();
        shared.end(id(), EndReason.REVOKED_BY_ADMIN, clock.instant());
        node.mend();
        node.goDown();
        assertThat(look().status()).isEqualTo(503);
    }

    @Test
    void whoseDeadlinePassedIsNotRead() {
        node.goDown();
        clock.advance(Duration.ofMinutes(30));
        assertThat(look().status()).isEqualTo(503);
    }

    @Test
    void aTouchThatIsDueIsNotTried() {
        clock.advance(Duration.ofMinutes(20));
        node.goDown();
        assertThat(look().status()).isEqualTo(200);
        assertThat(look().status()).isEqualTo(200);
        node.comeBack();
        assertThat(shared.find(id()).orElseThrow().lastSeenAt())
                .isBefore(clock.instant().minusSeconds(60));
    }

    /** As after SIGSTOP, or when somebody sets the clock: only the time that really passed counts. */
    @Test
    void aClockThatIsSetBackProlongsNothing() {
        node.goDown();
        node.silence(BOUND);
        clock.advance(Duration.ofSeconds(-BOUND));
        assertThat(look().status()).isEqualTo(503);
    }

    @Test
    void theBoundIsCountedFromTheLatestProofThatWasSeen() {
        node.silence(20_000);
        node.ping();
        look();
        node.goDown();
        node.silence(BOUND - 1);
        assertThat(look().status()).isEqualTo(200);
        node.silence(1);
        assertThat(look().status()).isEqualTo(503);
    }

    @Test
    void aStaleAnswerProvesNothing() {
        node.goDown();
        for (int i = 0; i < 6; i++) {
            node.silence(BOUND / 6 - 1);
            assertThat(look().status()).isEqualTo(200);
        }
        node.silence(6);
        assertThat(look().status()).isEqualTo(503);
    }

    @Test
    void whateverWritesOrHandsOutIsRefused() {
        node.goDown();
        List<Consumer<Exchange>> works = List.of(
                exchange -> exchange.session().set("k", 1),
                exchange -> exchange.session().remove("k"),
                exchange -> exchange.session().update("k", Integer.class, old -> 1),
                exchange -> exchange.session().rotate(),
                exchange -> exchange.session().signIn(ANN),
                exchange -> exchange.session().signOut(),
                exchange -> exchange.session().devices(Optional.empty(), 10),
                exchange -> exchange.session().endDevice(id()),
                exchange -> exchange.session().endOtherDevices(),
                Exchange::handOutCsrf);
        for (Consumer<Exchange> work : works) {
            node.goDown();
            WebResponse answer = ask("GET", "/x", exchange -> {
                node.comeBack();
                work.accept(exchange);
            });
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("Set-Cookie")).isEmpty();
            assertThat(answer.header("X-CSRF-Token")).isEmpty();
        }
        assertThat(shared.find(id()).orElseThrow().ending()).isEmpty();
    }

    @Test
    void aTicketThatWasReplacedWaitsForTheStore() {
        String older = browser.cookie;
        ask("POST", "/x", exchange -> exchange.session().rotate());
        // The first one notes that the newest ticket arrived: a write, which is forgotten for.
        look();
        look();
        assertThat(browser.cookie).isNotEqualTo(older);
        String newest = browser.cookie;
        node.goDown();
        browser.cookie = older;
        assertThat(look().status()).isEqualTo(503);
        browser.cookie = newest;
        assertThat(look().status()).isEqualTo(200);
    }

    @Test
    void aTicketOfAnotherSecretWaitsForTheStore() {
        node.goDown();
        browser.cookie = new SessionTokens(
                        KeyRing.ephemeral(new SecureRandom()), RotationPolicy.DEFAULT, new SecureRandom())
                .first(id())
                .token()
                .reveal();
        assertThat(look().status()).isEqualTo(503);
    }

    @Test
    void whenTheStoreIsBackItIsAskedAgain() {
        node.goDown();
        assertThat(look().header("Coatcheck-Session")).isPresent();
        node.comeBack();
        shared.end(id(), EndReason.REVOKED_BY_ADMIN, clock.instant());
        assertThat(ask("GET", "/x", ThroughOutageTest::demandAnn).status()).isEqualTo(401);
    }

    /** What is kept for an outage is not believed for longer than without. */
    @Test
    void whatIsKeptForAnOutageIsReadAgainAtItsAge() {
        int before = node.finds.get();
        node.silence(Duration.ofMinutes(1).toMillis());
        node.ping();
        look();
        assertThat(node.finds.get()).isEqualTo(before + 1);
    }

    @Test
    void moreThanAMinuteIsRefused() {
        assertThatThrownBy(() -> NearCachePolicy.DEFAULT.withThroughOutage(Duration.ofSeconds(61)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("through-outage");
    }

    private SessionId id() {
        return browser.session();
    }

    private NearCachedStore near(Duration throughOutage) {
        NearCachePolicy policy = NearCachePolicy.DEFAULT.withThroughOutage(throughOutage);
        return NearCachedStore.over(
                node, signals -> new Memory(policy, new Proof(signals, policy.trust(), node::nanos)));
    }

    private Coatcheck on(NearCachedStore store) {
        return Browser.node(store, keys)
                .routes(Routes.NONE.owning("/auth").with("GET", "/mounted/*", exchange -> WebResponse.status(200)))
                .clock(clock)
                .build();
    }

    private WebResponse look() {
        return ask("GET", "/x", exchange -> exchange.session().principal().ifPresent(seen::add));
    }

    private static void demandAnn(Exchange exchange) {
        if (exchange.session().principal().isEmpty()) {
            throw ProblemException.of(Problem.sessionMissing());
        }
    }

    private WebResponse ask(String method, String path, Consumer<Exchange> application) {
        return browser.ask(coatcheck, method, path, application);
    }

    private static void nothing(Exchange exchange) {}
}
