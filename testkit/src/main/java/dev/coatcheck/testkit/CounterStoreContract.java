package dev.coatcheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.coatcheck.store.Counter;
import dev.coatcheck.store.CounterKey;
import dev.coatcheck.store.CounterStore;
import dev.coatcheck.store.CounterSwap;
import dev.coatcheck.store.StoreUnavailableException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** What every {@link CounterStore} promises, races included: 20 rounds, or 200 in a thorough run. */
public abstract class CounterStoreContract extends StoreContract<CounterStore> {
    private static final int ROUNDS = Rounds.of(20, 200);
    private static final Instant NOW = Instant.parse("2026-11-20T08:30:00.123Z");

    private int keys;

    /** For subclasses. */
    protected CounterStoreContract() {}

    @Test
    void whatWasWrittenIsFoundAndNothingElse() {
        CounterKey one = key();
        CounterKey two = key();
        assertThat(store.find(Set.of(one, two))).isEmpty();
        assertThat(store.swap(List.of(first(one, 1), first(two, 2)))).isTrue();
        assertThat(store.find(Set.of(one, two, key()))).isEqualTo(Map.of(one, counter(1), two, counter(2)));
    }

    @Test
    void aCounterThatWasTakenForAbsentIsNotOverwritten() {
        CounterKey key = key();
        store.swap(List.of(first(key, 1)));
        assertThat(store.swap(List.of(first(key, 2)))).isFalse();
        assertThat(found(key)).contains(counter(1));
    }

    @Test
    void aCounterIsReplacedOnlyWhenItIsWhatWasExpectedInEachPart() {
        CounterKey key = key();
        Counter present = counter(1);
        store.swap(List.of(first(key, 1)));
        for (Counter wrong : List.of(
                new Counter(2, present.at(), present.expiresAt()),
                new Counter(1, present.at().plusMillis(1), present.expiresAt()),
                new Counter(1, present.at(), present.expiresAt().plusMillis(1)))) {
            assertThat(store.swap(List.of(next(key, wrong, counter(9))))).isFalse();
            assertThat(found(key)).contains(present);
        }
        assertThat(store.swap(List.of(next(key, present, counter(9))))).isTrue();
        assertThat(found(key)).contains(counter(9));
    }

    @Test
    void aCounterThatIsNotThereIsNotReplaced() {
        CounterKey key = key();
        assertThat(store.swap(List.of(next(key, counter(1), counter(2))))).isFalse();
        assertThat(found(key)).isEmpty();
    }

    @Test
    void allAreWrittenOrNone() {
        CounterKey present = key();
        CounterKey absent = key();
        CounterKey other = key();
        store.swap(List.of(first(present, 1)));
        assertThat(store.swap(List.of(first(other, 5), first(present, 5), first(absent, 5))))
                .isFalse();
        assertThat(store.swap(List.of(next(present, counter(1), counter(5)), next(absent, counter(1), counter(5)))))
                .isFalse();
        assertThat(store.find(Set.of(present, absent, other))).isEqualTo(Map.of(present, counter(1)));
        assertThat(store.swap(List.of(next(present, counter(1), counter(5)), first(absent, 5))))
                .isTrue();
        assertThat(store.find(Set.of(present, absent))).hasSize(2).containsValue(counter(5));
    }

    @Test
    void writingWhatIsThereAlreadyIsASuccess() {
        CounterKey key = key();
        store.swap(List.of(first(key, 1)));
        assertThat(store.swap(List.of(next(key, counter(1), counter(1))))).isTrue();
    }

    @Test
    void onlyWhatExpiredBeforeIsForgottenAndAtMostSoMany() {
        CounterKey living = key();
        List<CounterKey> dead = List.of(key(), key(), key());
        CounterKey atTheInstant = key();
        Instant then = NOW.plusSeconds(60);
        store.swap(List.of(
                next(living, Optional.empty(), new Counter(1, NOW, then.plusMillis(1))),
                next(atTheInstant, Optional.empty(), new Counter(1, NOW, then))));
        dead.forEach(key -> store.swap(List.of(next(key, Optional.empty(), new Counter(1, NOW, then.minusMillis(1))))));
        assertThat(store.purge(then, 2)).isEqualTo(2);
        assertThat(store.purge(then, 10)).isEqualTo(1);
        assertThat(store.purge(then, 10)).isZero();
        assertThat(store.find(Set.copyOf(dead))).isEmpty();
        assertThat(store.find(Set.of(living, atTheInstant))).hasSize(2);
    }

    @Test
    void aStepThatIsNoneIsRefused() {
        CounterKey key = key();
        assertThatIllegalArgumentException().isThrownBy(() -> store.swap(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> store.swap(List.of(first(key, 1), first(key, 2))));
        assertThatIllegalArgumentException().isThrownBy(() -> store.find(Set.of()));
        List<CounterSwap> many = new ArrayList<>();
        for (int i = 0; i <= CounterStore.MOST; i++) {
            many.add(first(key(), 1));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> store.swap(many));
        assertThat(store.swap(many.subList(0, CounterStore.MOST))).isTrue();
    }

    @Test
    void aClosedStoreSaysSo() throws Exception {
        CounterStore closed = open();
        closed.close();
        closed.close();
        assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> closed.find(Set.of(key())));
        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> closed.swap(List.of(first(key(), 1))));
        assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> closed.purge(NOW, 1));
    }

    @Test
    void ofManyWhoExpectTheSameOneWins() throws Exception {
        CounterStore second = another();
        for (int round = 0; round < ROUNDS; round++) {
            CounterKey key = key();
            CounterKey shared = key();
            List<Boolean> begun = Race.of(4, i -> () -> node(i, second).swap(List.of(first(key, i), first(shared, i))));
            assertThat(begun).containsOnlyOnce(true);
            Counter present = found(key).orElseThrow();
            assertThat(found(shared)).contains(present);
            List<Boolean> won = Race.of(
                    4,
                    i -> () -> node(i, second)
                            .swap(List.of(
                                    next(key, present, counter(10 + i)), next(shared, present, counter(10 + i)))));
            assertThat(won).containsOnlyOnce(true);
            assertThat(found(shared)).isEqualTo(found(key)).contains(counter(10 + won.indexOf(true)));
        }
    }

    @Test
    void whoeverCountsInWhateverOrderIsCounted() throws Exception {
        CounterStore second = another();
        for (int round = 0; round < Math.max(2, ROUNDS / 10); round++) {
            CounterKey one = key();
            CounterKey two = key();
            Race.of(4, i -> (Callable<Boolean>) () -> {
                for (int n = 0; n < 5; n++) {
                    increment(node(i, second), i % 2 == 0 ? List.of(one, two) : List.of(two, one));
                }
                return true;
            });
            assertThat(store.find(Set.of(one, two))).isEqualTo(Map.of(one, counter(20), two, counter(20)));
        }
    }

    @Test
    void cleaningUpTakesNothingFromWhoIsCounting() throws Exception {
        CounterStore second = another();
        for (int round = 0; round < ROUNDS; round++) {
            CounterKey key = key();
            Counter dead = new Counter(1, NOW, NOW.plusSeconds(1));
            store.swap(List.of(next(key, Optional.empty(), dead)));
            List<Object> done = Race.between(
                    () -> store.swap(List.of(next(key, dead, counter(2)))), () -> second.purge(NOW.plusSeconds(2), 10));
            assertThat(found(key)).isEqualTo(done.get(0).equals(true) ? Optional.of(counter(2)) : Optional.empty());
        }
    }

    private static void increment(CounterStore node, List<CounterKey> keys) {
        for (int tries = 1; ; tries++) {
            Map<CounterKey, Counter> found = node.find(Set.copyOf(keys));
            List<CounterSwap> swaps = new ArrayList<>();
            for (CounterKey key : keys) {
                Optional<Counter> present = Optional.ofNullable(found.get(key));
                swaps.add(next(key, present, counter(present.map(Counter::count).orElse(0) + 1)));
            }
            if (node.swap(Collections.unmodifiableList(swaps))) {
                return;
            }
            LockSupport.parkNanos(tries * 200_000L);
        }
    }

    private CounterStore node(int racer, CounterStore second) {
        return racer % 2 == 0 ? store : second;
    }

    private CounterKey key() {
        return CounterKey.of("contract", getClass().getName(), Integer.toString(keys++));
    }

    private Optional<Counter> found(CounterKey key) {
        return Optional.ofNullable(store.find(Set.of(key)).get(key));
    }

    private static Counter counter(int count) {
        return new Counter(count, NOW.plusMillis(count), NOW.plusSeconds(3600));
    }

    private static CounterSwap first(CounterKey key, int count) {
        return next(key, Optional.empty(), counter(count));
    }

    private static CounterSwap next(CounterKey key, Counter expected, Counter next) {
        return next(key, Optional.of(expected), next);
    }

    private static CounterSwap next(CounterKey key, Optional<Counter> expected, Counter next) {
        return new CounterSwap(key, expected, next);
    }
}
