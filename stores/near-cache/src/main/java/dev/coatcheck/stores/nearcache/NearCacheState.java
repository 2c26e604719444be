package dev.coatcheck.stores.nearcache;

import java.time.Duration;
import java.util.Optional;

/**
 * What a {@link NearCachedStore} has done so far, and how it stands.
 *
 * @param hits reads that were answered from memory
 * @param misses reads that went to the store
 * @param untrusted of the misses, those for which something was kept that could not be proven fresh
 * @param discarded loads whose result was not kept, because the session was written meanwhile
 * @param flushes how often everything was forgotten, because signals may have been lost
 * @param stale looks at what is kept that were allowed while the store was silent
 * @param carried own writes after which the session was kept as written, without reading it again
 * @param sessions how many sessions are kept now, roughly
 * @param echo how long ago the latest proof of freshness began; empty while the channel is down
 */
public record NearCacheState(
        long hits,
        long misses,
        long untrusted,
        long discarded,
        long flushes,
        long stale,
        long carried,
        long sessions,
        Optional<Duration> echo) {}
