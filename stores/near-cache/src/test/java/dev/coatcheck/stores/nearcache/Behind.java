package dev.coatcheck.stores.nearcache;

import dev.coatcheck.store.MemorySessionStore;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.stores.redis.RedisSettings;
import java.util.Optional;

/** The stores that the whole contract runs on with a near-cache in front. */
enum Behind {
    MEMORY,
    REDIS;

    /** One test's store, which may be opened again. */
    static final class Opened {
        private final Behind kind;
        private Optional<RedisSettings> settings = Optional.empty();

        Opened(Behind kind) {
            this.kind = kind;
        }

        SessionStore open() {
            if (kind == MEMORY) {
                return NearCachedStore.over(new MemorySessionStore(), NearCachePolicy.DEFAULT);
            }
            settings = Optional.of(Redis.settings());
            return warm(NearCachedStore.over(Redis.open(settings.get()), NearCachePolicy.DEFAULT));
        }

        Optional<SessionStore> reopen() {
            return settings.map(same -> warm(NearCachedStore.over(Redis.open(same), NearCachePolicy.DEFAULT)));
        }

        /** Whose channel is up: else the near-cache would only read through. */
        private static NearCachedStore warm(NearCachedStore store) {
            long end = System.nanoTime() + 10_000_000_000L;
            while (store.state().echo().isEmpty()) {
                if (System.nanoTime() - end > 0) {
                    throw new AssertionError("the channel does not come up");
                }
                Thread.onSpinWait();
            }
            return store;
        }

        boolean purges() {
            return kind == MEMORY;
        }
    }
}
