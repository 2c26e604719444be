package dev.coatcheck.store;

import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * One counter's part in {@link CounterStore#swap}: what it was when it was read, and what it becomes.
 *
 * @param expected empty when there was none
 */
public record CounterSwap(CounterKey key, Optional<Counter> expected, Counter next) {
    /**
     * For stores: refuses what is no step.
     *
     * @throws IllegalArgumentException when there are none, more than {@link CounterStore#MOST}, or two of one key
     */
    public static void check(Collection<CounterSwap> swaps) {
        Set<CounterKey> keys = new HashSet<>();
        swaps.forEach(swap -> keys.add(swap.key()));
        if (keys.size() != swaps.size()) {
            throw new IllegalArgumentException("two changes of one counter in one step");
        }
        checkKeys(keys);
    }

    /** For stores: the same for a look. @throws IllegalArgumentException when there are none, or too many */
    public static void checkKeys(Collection<CounterKey> keys) {
        if (keys.isEmpty() || keys.size() > CounterStore.MOST) {
            throw new IllegalArgumentException("1 to " + CounterStore.MOST + " counters at once, not " + keys.size());
        }
    }
}
