package dev.coatcheck.stores.nearcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.LocalSignals;
import dev.coatcheck.store.MemorySessionStore;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionSignals;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Race;
import dev.coatcheck.testkit.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class NearCachedStoreTest {
    private final Instant now = Instant.now();
    private final Told node = new Told(new MemorySessionStore());

    @Test
    void aStoreThatTellsOnlyItsOwnProcessIsRefusedWithTheReason() {
        assertThatThrownBy(() -> NearCachedStore.over(new Quiet(Optional.empty()), NearCachePolicy.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not tell one node what another writes")
                .hasMessageContaining("Redis, or in a PostgreSQL that tells of every write");
        assertThatThrownBy(() -> NearCachedStore.over(
                        new Quiet(Optional.of(LocalSignals.ofThisProcessAlone())), NearCachePolicy.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void neitherAbsenceNorATombstoneIsKept() {
        NearCachedStore near = near(NearCachePolicy.DEFAULT);
        StoredSession session = Sessions.of(Sessions.user(), now).build();
        assertThat(near.find(session.id())).isEmpty();
        near.create(session, PerUserLimit.DEFAULT);
        assertThat(near.find(session.id())).isPresent();
        near.end(session.id(), EndReason.SIGNED_OUT, now);
        near.find(session.id());
        near.find(session.id());
        assertThat(node.finds).hasValue(4);
    }

    @Test
    void parallelReadsOfOneSessionAreOneReadOfTheStore() {
        NearCachedStore near = near(NearCachePolicy.DEFAULT);
        StoredSession session = stored(near);
        CountDownLatch allAreIn = new CountDownLatch(8);
        node.onTheWay = () -> await(allAreIn);
        List<Optional<StoredSession>> read = Race.of(8, i -> () -> {
            allAreIn.countDown();
            return near.find(session.id());
        });
        assertThat(read).allMatch(Optional::isPresent);
        assertThat(node.finds.get()).isLessThanOrEqualTo(2);
    }

    @Test
    void whoeverWaitsForAReadThatMetAWriteReadsAgain() throws Exception {
        NearCachedStore near = near(NearCachePolicy.DEFAULT);
        StoredSession session = stored(near);
        CountDownLatch read = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        node.onTheWay = () -> {
            read.countDown();
            await(goOn);
        };
        Thread first = new Thread(() -> near.find(session.id()));
        first.start();
        await(read);
        node.onTheWay = () -> {};
        node.shared.apply(session.id(), new Guard(now, 0), SessionChange.NONE);
        AtomicReference<Optional<StoredSession>> seen = new AtomicReference<>(Optional.empty());
        Thread second = new Thread(() -> seen.set(near.find(session.id())));
        second.start();
        while (second.isAlive() && second.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        goOn.countDown();
        first.join();
        second.join();
        assertThat(seen.get().orElseThrow().revision()).isEqualTo(session.revision() + 1);
    }

    @Test
    void aFailureReachesEverybodyWhoWaitsAndNobodyAfterwards() {
        NearCachedStore near = near(NearCachePolicy.DEFAULT);
        StoredSession session = stored(near);
        node.onTheWay = () -> {
            throw StoreUnavailableException.overloaded("find");
        };
        assertThatThrownBy(() -> near.find(session.id())).isInstanceOf(StoreUnavailableException.class);
        node.onTheWay = () -> {};
        assertThat(near.find(session.id())).isPresent();
    }

    @Test
    void anOwnWriteIsSeenAtOnceAlsoWhenNoSignalComes() {
        NearCachedStore near = near(NearCachePolicy.DEFAULT);
        StoredSession session = stored(near);
        near.find(session.id());
        node.cut();
        near.apply(session.id(), new Guard(now, 0), SessionChange.NONE);
        assertThat(near.find(session.id()).orElseThrow().revision()).isEqualTo(session.revision() + 1);
        near.end(session.id(), EndReason.SIGNED_OUT, now);
        assertThat(near.find(session.id()).orElseThrow().ending()).isPresent();
    }

    @Test
    void whatMakesRoomForASignInHereIsForgottenHereAlsoWhenNoSignalComes() {
        NearCachedStore near = near(NearCachePolicy.DEFAULT);
        StoredSession first = stored(near);
        near.find(first.id());
        node.cut();
        near.create(
                Sessions.of(first.principal().orElseThrow().id(), now).build(),
                new PerUserLimit(1, PerUserLimit.Policy.END_OLDEST));
        assertThat(near.find(first.id()).orElseThrow().ending()).isPresent();
    }

    @Test
    void itIsBoundedByTheNumberOfSessions() {
        Memory memory = new Memory(NearCachePolicy.DEFAULT.withSessions(100), proof());
        for (int i = 0; i < 1_000; i++) {
            keep(memory, Sessions.of(Sessions.user(), now).build());
        }
        assertThat(memory.size()).isBetween(50L, 100L);
    }

    @Test
    void itIsBoundedByTheWeightOfTheirAttributes() {
        Memory memory = new Memory(NearCachePolicy.DEFAULT.withSessions(100).withBytes(100_000), proof());
        for (int i = 0; i < 200; i++) {
            keep(
                    memory,
                    Sessions.of(Sessions.user(), now)
                            .attribute("a", '"' + "x".repeat(5_000) + '"')
                            .build());
        }
        assertThat(memory.size()).isBetween(1L, 10L);
    }

    @Test
    void aTrustOfASecondOrMoreIsRefused() {
        assertThatThrownBy(() -> NearCachePolicy.DEFAULT.withTrust(Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("trust");
    }

    @Test
    void aClosedOneRefusesLikeItsStore() {
        NearCachedStore near = near(NearCachePolicy.DEFAULT);
        StoredSession session = stored(near);
        near.find(session.id());
        near.close();
        near.close();
        assertThatThrownBy(() -> near.find(session.id())).isInstanceOf(StoreUnavailableException.class);
    }

    private NearCachedStore near(NearCachePolicy policy) {
        return NearCachedStore.over(node, signals -> new Memory(policy, proof()));
    }

    private Proof proof() {
        return new Proof(node, NearCachePolicy.DEFAULT.trust(), node::nanos);
    }

    private StoredSession stored(NearCachedStore near) {
        StoredSession session = Sessions.of(Sessions.user(), now).build();
        near.create(session, PerUserLimit.DEFAULT);
        return session;
    }

    private static void keep(Memory memory, StoredSession session) {
        memory.load(session.id(), () -> Optional.of(session));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A store without signals, or with too few. */
    private static final class Quiet extends ForwardingStore {
        private final Optional<SessionSignals> signals;

        Quiet(Optional<SessionSignals> signals) {
            super(new MemorySessionStore());
            this.signals = signals;
        }

        @Override
        public Optional<SessionSignals> signals() {
            return signals;
        }
    }
}
