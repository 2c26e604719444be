package dev.coatcheck.stores.nearcache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.Coatcheck;
import dev.coatcheck.Exchange;
import dev.coatcheck.ProblemException;
import dev.coatcheck.Routes;
import dev.coatcheck.http.WebResponse;
import dev.coatcheck.session.Principal;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.testkit.Rounds;
import dev.coatcheck.token.KeyRing;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real Redis is taken away and comes back, while people look at a node that reads through outages, and work there. */
class RealOutageTest {
    private static final Duration BOUND = Duration.ofSeconds(Rounds.of(4, 15));
    private static final Principal ANN = Principal.of("ann", "Ann");
    private static final Principal BEN = Principal.of("ben", "Ben");

    private final Browser ann = new Browser();
    private final Browser ben = new Browser();
    private OwnRedis redis;
    private NearCachedStore near;
    private SessionStore elsewhere;
    private Coatcheck node;

    @BeforeEach
    void annAndBenAreKnownAndBenIsEndedElsewhere() throws Exception {
        redis = new OwnRedis();
        near = NearCachedStore.over(Redis.open(redis.settings()), NearCachePolicy.DEFAULT.withThroughOutage(BOUND));
        elsewhere = Redis.open(redis.settings());
        node = Browser.node(near, KeyRing.ephemeral(new SecureRandom()))
                .routes(Routes.NONE.owning("/auth"))
                .build();
        await("the channel", () -> near.state().echo().isPresent());
        signIn(ann, ANN);
        signIn(ben, BEN);
        for (int i = 0; i < 3; i++) {
            assertThat(look(ann, ANN).status()).isEqualTo(200);
            assertThat(look(ben, BEN).status()).isEqualTo(200);
        }
        assertThat(near.state().sessions()).isEqualTo(2);
        elsewhere.end(ben.session(), EndReason.REVOKED_BY_ADMIN, Instant.now());
        await("the news of Ben's end", () -> near.state().sessions() == 1);
    }

    @AfterEach
    void close() throws Exception {
        near.close();
        elsewhere.close();
        redis.close();
    }

    @Test
    void whileItIsDeadWhatWasKnownIsReadAndAfterItsRestartEverythingGoesOn() throws Exception {
        through(
                () -> {
                    redis.kill();
                    return "killed";
                },
                () -> {
                    redis.startAgain();
                    return "started again";
                });
    }

    @Test
    void whileItIsHaltedWhatWasKnownIsReadAndWhenItWakesEverythingGoesOn() throws Exception {
        through(
                () -> {
                    redis.halt();
                    return "halted";
                },
                () -> {
                    redis.goOn();
                    return "woken";
                });
    }

    private void through(Callable<String> away, Callable<String> back) throws Exception {
        String fault = away.call();
        long gone = System.nanoTime();
        long firstStale = 0;
        long lastStale = 0;
        long stale = 0;
        while (true) {
            long began = System.nanoTime();
            WebResponse answer = look(ann, ANN);
            if (answer.status() == 503) {
                break;
            }
            assertThat(answer.status()).isEqualTo(200);
            if (answer.header("Coatcheck-Session").isPresent()) {
                assertThat(answer.header("Coatcheck-Session")).contains("stale");
                assertThat(answer.header("Cache-Control")).contains("private, no-store");
                assertThat(answer.header("Set-Cookie")).isEmpty();
                firstStale = stale == 0 ? began : firstStale;
                lastStale = began;
                stale++;
                if (stale % 20 == 1) {
                    assertThatNothingElseGoes();
                }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        System.out.printf(
                "%s: read from memory from %d to %d ms after, %d times%n",
                fault, (firstStale - gone) / 1_000_000, (lastStale - gone) / 1_000_000, stale);
        assertThat(stale).isGreaterThan(20);
        assertThat(near.state().stale()).isEqualTo(stale);
        assertThat(lastStale - gone).isBetween(BOUND.toNanos() / 2, BOUND.toNanos());
        assertThatNothingElseGoes();

        String returned = back.call();
        long since = System.nanoTime();
        await("an ordinary answer", () -> isOrdinary(look(ann, ANN)));
        System.out.printf("%s: back after %d ms%n", returned, (System.nanoTime() - since) / 1_000_000);
        // A connection that was given up may cost one more refusal.
        await("a change", () -> change(ann).status() == 200);
        await("an answer to Ben", () -> look(ben, BEN).status() != 503);
        WebResponse refused = look(ben, BEN);
        assertThat(refused.status()).isEqualTo(401);
        assertThat(new String(refused.body(), StandardCharsets.UTF_8)).contains("session-revoked");
        await("that Ann is read from memory again", () -> {
            long hits = near.state().hits();
            return isOrdinary(look(ann, ANN)) && near.state().hits() > hits;
        });
    }

    /** Neither a change, nor our own endpoints, nor whoever was signed out before. */
    private void assertThatNothingElseGoes() {
        assertThatItWaits(change(ann));
        assertThatItWaits(ann.ask(node, "GET", "/auth/session", exchange -> {}));
        assertThatItWaits(look(ben, BEN));
    }

    private static void assertThatItWaits(WebResponse answer) {
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Retry-After")).isPresent();
        assertThat(answer.header("Access-Control-Allow-Origin")).isPresent();
        assertThat(answer.header("Set-Cookie")).isEmpty();
    }

    private static boolean isOrdinary(WebResponse answer) {
        return answer.status() == 200 && answer.header("Coatcheck-Session").isEmpty();
    }

    private void signIn(Browser browser, Principal who) {
        browser.ask(node, "POST", "/x", exchange -> {
            exchange.session().signIn(who);
            exchange.handOutCsrf();
        });
    }

    private WebResponse look(Browser browser, Principal who) {
        return browser.ask(node, "GET", "/x", exchange -> {
            Principal seen = exchange.session().principal().orElseThrow(() -> signInAsked(exchange));
            assertThat(seen).isEqualTo(who);
        });
    }

    private static ProblemException signInAsked(Exchange exchange) {
        return ProblemException.of(exchange.caller().whyNotSignedIn());
    }

    private WebResponse change(Browser browser) {
        return browser.ask(
                node, "POST", "/x", exchange -> exchange.session().update("n", Integer.class, n -> n.orElse(0) + 1));
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }
}
