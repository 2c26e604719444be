package dev.coatcheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.coatcheck.store.Counter;
import dev.coatcheck.store.CounterKey;
import dev.coatcheck.store.CounterStore;
import dev.coatcheck.store.CounterSwap;
import dev.coatcheck.store.MemoryCounterStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MemoryCounterStoreTest extends CounterStoreContract {
    @Override
    protected CounterStore open() {
        return new MemoryCounterStore();
    }

    @Test
    void soManyOfEachKindAreKeptAndNoKindPushesOutAnother() {
        MemoryCounterStore small = new MemoryCounterStore(2);
        Counter counter = new Counter(1, Instant.now(), Instant.now());
        CounterKey other = CounterKey.of("other", "ann");
        small.swap(List.of(new CounterSwap(other, Optional.empty(), counter)));
        for (int i = 0; i < 10; i++) {
            small.swap(
                    List.of(new CounterSwap(CounterKey.of("tries", Integer.toString(i)), Optional.empty(), counter)));
        }
        assertThat(small.size()).isEqualTo(3);
        assertThat(small.find(Set.of(other, CounterKey.of("tries", "9"), CounterKey.of("tries", "0"))))
                .containsOnlyKeys(other, CounterKey.of("tries", "9"));
    }

    @Test
    void aKeyNamesNobodyAndNoTwoListsOfValuesAreOneKey() {
        CounterKey key = CounterKey.of("sign-in", "ann", "192.0.2.1");
        assertThat(key.toString()).doesNotContain("ann").doesNotContain("192");
        assertThat(CounterKey.parse(key.text())).isEqualTo(key);
        assertThat(CounterKey.of("sign-in", "a", "b")).isNotEqualTo(CounterKey.of("sign-in", "ab"));
        assertThatIllegalArgumentException().isThrownBy(() -> CounterKey.parse("ann"));
        assertThatIllegalArgumentException().isThrownBy(() -> CounterKey.of("Not a kind", "ann"));
    }
}
