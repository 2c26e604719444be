package dev.coatcheck.store;

import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Counters in this process's memory: not shared, and forgotten at a restart. So many of each kind are kept; the one that was
 * not used for the longest time goes first, and never one of another kind.
 */
public final class MemoryCounterStore implements CounterStore {
    /** Some 30 MB a kind when full. */
    public static final int DEFAULT_ENTRIES = 100_000;

    private final int entries;
    private final Map<String, Recent> kinds = new HashMap<>();
    private boolean closed;

    /** Keeps {@link #DEFAULT_ENTRIES} of each kind. */
    public MemoryCounterStore() {
        this(DEFAULT_ENTRIES);
    }

    /** Keeps so many of each kind. @throws IllegalArgumentException when that is none */
    public MemoryCounterStore(int entries) {
        if (entries < 1) {
            throw new IllegalArgumentException("one counter of each kind at least is kept, not " + entries);
        }
        this.entries = entries;
    }

    @Override
    public synchronized Map<CounterKey, Counter> find(Set<CounterKey> keys) {
        refuseWhenClosed("find counters");
        CounterSwap.checkKeys(keys);
        Map<CounterKey, Counter> found = new HashMap<>();
        keys.forEach(key -> counter(key).ifPresent(counter -> found.put(key, counter)));
        return found;
    }

    @Override
    public synchronized boolean swap(List<CounterSwap> swaps) {
        refuseWhenClosed("swap counters");
        CounterSwap.check(swaps);
        if (!swaps.stream().allMatch(swap -> counter(swap.key()).equals(swap.expected()))) {
            return false;
        }
        swaps.forEach(swap -> kinds.computeIfAbsent(swap.key().kind(), kind -> new Recent(entries))
                .put(swap.key().hash(), swap.next()));
        return true;
    }

    @Override
    public synchronized int purge(Instant expiredBefore, int atMost) {
        refuseWhenClosed("purge counters");
        int gone = 0;
        for (Recent kind : kinds.values()) {
            Iterator<Counter> counters = kind.values().iterator();
            while (gone < atMost && counters.hasNext()) {
                if (counters.next().expiresAt().isBefore(expiredBefore)) {
                    counters.remove();
                    gone++;
                }
            }
        }
        return gone;
    }

    /** How many are kept, of all kinds. */
    public synchronized int size() {
        return kinds.values().stream().mapToInt(Map::size).sum();
    }

    @Override
    public synchronized void close() {
        closed = true;
        kinds.clear();
    }

    private Optional<Counter> counter(CounterKey key) {
        return Optional.ofNullable(kinds.get(key.kind())).map(kind -> kind.get(key.hash()));
    }

    private void refuseWhenClosed(String operation) {
        if (closed) {
            throw StoreUnavailableException.closed(operation);
        }
    }

    private static final class Recent extends LinkedHashMap<String, Counter> {
        private static final long serialVersionUID = 1L;

        private final int entries;

        Recent(int entries) {
            super(16, 0.75f, true);
            this.entries = entries;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Counter> eldest) {
            return size() > entries;
        }
    }
}
