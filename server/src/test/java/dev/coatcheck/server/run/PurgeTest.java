package dev.coatcheck.server.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.store.Counter;
import dev.coatcheck.store.CounterKey;
import dev.coatcheck.store.CounterSwap;
import dev.coatcheck.store.MemoryCounterStore;
import dev.coatcheck.store.MemorySessionStore;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.MutableClock;
import dev.coatcheck.testkit.Sessions;
import dev.coatcheck.token.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PurgeTest {
    @Test
    void aRoundDeletesInBatchesWhatHasBeenDeadForADay() {
        MutableClock clock = MutableClock.atPresent();
        MemorySessionStore store = new MemorySessionStore();
        List<SessionId> ids = new ArrayList<>();
        for (int i = 0; i < 2 * Purge.BATCH + 1; i++) {
            StoredSession session =
                    Sessions.of(Sessions.user(), clock.instant()).build();
            store.create(session, PerUserLimit.DEFAULT);
            ids.add(session.id());
        }
        try (Purge purge = new Purge(store, new MemoryCounterStore(), clock, Duration.ofMinutes(5), new Random(1))) {
            assertThat(purge.round()).isZero();
            clock.advance(Duration.ofDays(3));
            assertThat(purge.round()).isEqualTo(2 * Purge.BATCH + 1);
            assertThat(ids).allSatisfy(id -> assertThat(store.find(id)).isEmpty());
        }
    }

    @Test
    void aSilentStoreIsTriedAgainNextTime() {
        MemorySessionStore store = new MemorySessionStore();
        store.close();
        try (Purge purge = new Purge(
                store, new MemoryCounterStore(), MutableClock.atPresent(), Duration.ofMinutes(5), new Random(1))) {
            assertThat(purge.round()).isZero();
        }
    }

    @Test
    void whatHasExpiredIsNoLongerCountedAlsoWhileTheSessionsStoreIsSilent() {
        MutableClock clock = MutableClock.atPresent();
        MemorySessionStore silent = new MemorySessionStore();
        silent.close();
        MemoryCounterStore counters = new MemoryCounterStore();
        CounterKey living = CounterKey.of("tries", "living");
        Instant soon = clock.instant().plusSeconds(60);
        for (int i = 0; i < 2 * Purge.COUNTER_BATCH + 1; i++) {
            counters.swap(List.of(new CounterSwap(
                    CounterKey.of("tries", Integer.toString(i)),
                    Optional.empty(),
                    new Counter(1, clock.instant(), soon))));
        }
        counters.swap(List.of(new CounterSwap(
                living, Optional.empty(), new Counter(1, clock.instant(), soon.plus(Duration.ofDays(1))))));
        try (Purge purge = new Purge(silent, counters, clock, Duration.ofMinutes(5), new Random(1))) {
            assertThat(purge.round()).isZero();
            clock.advance(Duration.ofHours(1));
            assertThat(purge.round()).isEqualTo(2 * Purge.COUNTER_BATCH + 1);
            assertThat(counters.find(Set.of(living))).containsOnlyKeys(living);
        }
    }

    @Test
    void theWaitIsDrawnAnewAroundThePeriod() {
        try (Purge purge = new Purge(
                new MemorySessionStore(),
                new MemoryCounterStore(),
                MutableClock.atPresent(),
                Duration.ofMinutes(5),
                new Random(1))) {
            List<Duration> waits = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                waits.add(purge.nextWait());
            }
            assertThat(waits)
                    .allSatisfy(wait -> assertThat(wait).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(6)));
            assertThat(waits).doesNotHaveDuplicates();
        }
    }
}
