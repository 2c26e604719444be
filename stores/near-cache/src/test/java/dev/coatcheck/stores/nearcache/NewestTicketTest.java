package dev.coatcheck.stores.nearcache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.Coatcheck;
import dev.coatcheck.Exchange;
import dev.coatcheck.http.WebResponse;
import dev.coatcheck.session.Principal;
import dev.coatcheck.session.SessionEvent;
import dev.coatcheck.store.BoundedStore;
import dev.coatcheck.store.MemorySessionStore;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Sessions;
import dev.coatcheck.token.KeyRing;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a node says whose memory is one write behind. */
class NewestTicketTest {
    private static final Principal ANN = Principal.of("ann", "Ann");

    private final KeyRing keys = KeyRing.ephemeral(new SecureRandom());
    private final List<SessionEvent.Kind> told = new CopyOnWriteArrayList<>();
    private final MemorySessionStore shared = new MemorySessionStore();
    private final Told channel = new Told(shared);
    private final Coatcheck here = on(shared);
    private final NearCachedStore near = NearCachedStore.over(
            channel,
            signals -> new Memory(
                    NearCachePolicy.DEFAULT, new Proof(signals, NearCachePolicy.DEFAULT.trust(), channel::nanos)));
    private final Coatcheck there = on(near);
    private final Browser browser = new Browser();

    @Test
    void whoHoldsTheNewestTicketIsNotSentAwayByANodeThatHasNotHeardOfIt() {
        ask(here, "POST", exchange -> {
            exchange.session().signIn(ANN);
            exchange.handOutCsrf();
        });
        assertThat(who(there)).contains(ANN);
        channel.cut();
        assertThat(ask(here, "POST", exchange -> exchange.session().rotate()).status())
                .isEqualTo(200);
        assertThat(who(there)).contains(ANN);
        assertThat(ask(here, "POST", exchange -> exchange.session().signIn(ANN)).status())
                .isEqualTo(200);
        assertThat(who(there)).contains(ANN);
        assertThat(told).doesNotContain(SessionEvent.Kind.TICKET_FOREIGN, SessionEvent.Kind.TICKET_REUSED);
    }

    /** An answer from memory says nothing of the store. */
    @Test
    void aHitMakesNobodyBelieveThatASilentStoreSpeaks() {
        Instant now = Instant.now();
        StoredSession kept = Sessions.of(Sessions.user(), now).build();
        shared.create(kept, PerUserLimit.DEFAULT);
        BoundedStore.Bounds bounds = new BoundedStore.Bounds(4, Duration.ZERO, 3, Duration.ZERO, Duration.ofHours(1));
        SessionStore bounded = near.within(bounds);
        assertThat(bounded.find(kept.id())).isPresent();
        channel.onTheWay = () -> {
            throw StoreUnavailableException.during("find", new TimeoutException("1 s"));
        };
        int before = channel.finds.get();
        for (int i = 0; i < 20; i++) {
            assertThat(bounded.find(kept.id())).isPresent();
            assertThat(refused(bounded)).isTrue();
        }
        assertThat(channel.finds.get() - before).isEqualTo(bounds.silence());
    }

    private static boolean refused(SessionStore store) {
        try {
            store.find(Sessions.id());
            return false;
        } catch (StoreUnavailableException e) {
            return true;
        }
    }

    private Coatcheck on(SessionStore store) {
        return Browser.node(store, keys).events(event -> told.add(event.kind())).build();
    }

    private Optional<Principal> who(Coatcheck node) {
        List<Principal> seen = new CopyOnWriteArrayList<>();
        ask(node, "GET", exchange -> exchange.session().principal().ifPresent(seen::add));
        return seen.stream().findFirst();
    }

    private WebResponse ask(Coatcheck node, String method, Consumer<Exchange> application) {
        return browser.ask(node, method, "/x", application.andThen(Exchange::handOutCsrf));
    }
}
