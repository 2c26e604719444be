package dev.coatcheck.stores.nearcache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.Coatcheck;
import dev.coatcheck.Exchange;
import dev.coatcheck.session.Principal;
import dev.coatcheck.session.SessionEvent;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.MemorySessionStore;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.token.KeyRing;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What requests cost whose session is near, and that the store still has the last word on whatever they write. */
class OneRoundTripTest {
    private static final Principal ANN = Principal.of("ann", "Ann");

    private final KeyRing keys = KeyRing.ephemeral(new SecureRandom());
    private final List<SessionEvent.Kind> told = new CopyOnWriteArrayList<>();
    private final MemorySessionStore shared = new MemorySessionStore();
    private final Told counted = new Told(shared);
    private final Coatcheck here = on(NearCachedStore.over(
            counted,
            signals -> new Memory(
                    NearCachePolicy.DEFAULT, new Proof(signals, NearCachePolicy.DEFAULT.trust(), counted::nanos))));
    private final Coatcheck there = on(shared);
    private final Browser browser = new Browser();

    @BeforeEach
    void signInAndBeKept() {
        post(here, browser, exchange -> exchange.session().signIn(ANN));
        assertThat(who(browser)).contains(ANN);
        counted.finds.set(0);
        counted.applies.set(0);
    }

    @Test
    void aRequestThatReadsAndWritesIsOneStoreCall() {
        for (int i = 1; i <= 20; i++) {
            assertThat(post(here, browser, i % 2 == 0 ? OneRoundTripTest::set : OneRoundTripTest::update))
                    .isEqualTo(200);
            assertThat(counted.finds).hasValue(0);
            assertThat(counted.applies).hasValue(i);
        }
        assertThat(shared.find(browser.session())
                        .orElseThrow()
                        .attributes()
                        .get("n")
                        .json())
                .isEqualTo("20");
    }

    @Test
    void aRotatedTicketIsKnownHereWithoutAsking() {
        Browser late = copy();
        assertThat(post(here, browser, exchange -> exchange.session().rotate())).isEqualTo(200);
        assertThat(who(browser)).contains(ANN);
        assertThat(who(late)).contains(ANN);
        assertThat(counted.finds).hasValue(0);
        assertThat(told).doesNotContain(SessionEvent.Kind.TICKET_FOREIGN, SessionEvent.Kind.TICKET_REUSED);
    }

    @Test
    void whatEndedElsewhereUnheardIsNotWritten() {
        counted.cut();
        shared.end(browser.session(), EndReason.REVOKED_BY_ADMIN, Instant.now());
        assertThat(post(here, browser, OneRoundTripTest::update)).isEqualTo(401);
    }

    @Test
    void whatEndedElsewhereUnheardIsNotWrittenAtTheEndOfTheRequestEither() {
        counted.cut();
        shared.end(browser.session(), EndReason.REVOKED_BY_ADMIN, Instant.now());
        assertThat(post(here, browser, OneRoundTripTest::set)).isEqualTo(401);
    }

    @Test
    void whatWasSignedInAnewElsewhereUnheardIsNotWrittenByTheOldTicket() {
        Browser old = copy();
        counted.cut();
        assertThat(post(there, browser, exchange -> exchange.session().signIn(ANN)))
                .isEqualTo(200);
        assertThat(post(here, old, OneRoundTripTest::update)).isEqualTo(401);
        assertThat(post(here, browser, OneRoundTripTest::update)).isEqualTo(200);
    }

    @Test
    void aTokenAgainstForgeryIsAskedForAsEver() {
        Browser forged = copy();
        forged.csrf = "";
        assertThat(post(here, forged, OneRoundTripTest::update)).isEqualTo(403);
        assertThat(counted.applies).hasValue(0);
    }

    @Test
    void anOwnSignInAndSignOutAreAskedForAgain() {
        assertThat(post(here, browser, exchange -> exchange.session().signIn(ANN)))
                .isEqualTo(200);
        assertThat(post(here, browser, OneRoundTripTest::update)).isEqualTo(200);
        assertThat(counted.finds).hasValue(1);
        Browser copy = copy();
        assertThat(post(here, browser, exchange -> exchange.session().signOut()))
                .isEqualTo(200);
        assertThat(who(copy)).isEmpty();
    }

    private Coatcheck on(SessionStore store) {
        return Browser.node(store, keys).events(event -> told.add(event.kind())).build();
    }

    private Browser copy() {
        Browser copy = new Browser();
        copy.cookie = browser.cookie;
        copy.csrf = browser.csrf;
        return copy;
    }

    private static int post(Coatcheck node, Browser browser, Consumer<Exchange> application) {
        return browser.ask(node, "POST", "/x", application.andThen(Exchange::handOutCsrf))
                .status();
    }

    private Optional<Principal> who(Browser someone) {
        List<Principal> seen = new CopyOnWriteArrayList<>();
        someone.ask(
                here, "GET", "/x", exchange -> exchange.session().principal().ifPresent(seen::add));
        return seen.stream().findFirst();
    }

    private static void update(Exchange exchange) {
        exchange.session().update("n", Integer.class, before -> before.orElse(0) + 1);
    }

    private static void set(Exchange exchange) {
        exchange.session().set("n", exchange.session().get("n", Integer.class).orElse(0) + 1);
    }
}
