package dev.coatcheck.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Counters that throttles share: across nodes, and across restarts where the store keeps what it is told.
 *
 * <p>A store compares and writes, and knows no rule: a throttle looks at all counters of a try at once, decides, and swaps
 * them all or none. Who is refused has cost one look and no write. Counters are looked at by key alone.
 *
 * <p>Every method may be called from any thread. A store that does not answer throws {@link StoreUnavailableException}; after
 * a {@link #swap} the outcome is then unknown.
 */
public interface CounterStore extends AutoCloseable {
    /** How many counters one look or one step concerns at most. */
    int MOST = 8;

    /** Those that there are, expired ones included, as they were at one moment or later. */
    Map<CounterKey, Counter> find(Set<CounterKey> keys);

    /**
     * Writes all of them, if each is still what is expected; else none.
     *
     * @return false when one of them has changed since: look again
     */
    boolean swap(List<CounterSwap> swaps);

    /**
     * Forgets counters that had expired before this instant; on many nodes at once it is safe.
     *
     * @return how many, at most as many as asked for
     */
    int purge(Instant expiredBefore, int atMost);

    /** Lets go of what it holds; every call afterwards throws {@link StoreUnavailableException}. */
    @Override
    void close();
}
