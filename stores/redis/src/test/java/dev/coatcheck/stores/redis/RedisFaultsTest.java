package dev.coatcheck.stores.redis;

import dev.coatcheck.store.SessionStore;
import dev.coatcheck.testkit.StoreFaults;
import org.junit.jupiter.api.AfterEach;

/** With {@code appendfsync always}, the row of the durability table that loses nothing. */
class RedisFaultsTest extends StoreFaults {
    private final RedisProcess redis =
            RedisProcess.start(RedisBinary.EMBEDDED, "--appendonly", "yes", "--appendfsync", "always");

    @AfterEach
    void end() {
        redis.close();
    }

    @Override
    protected SessionStore open() {
        return RedisSessionStore.open(RedisSettings.DEFAULT.withAddress(RedisAddress.of(redis.url())));
    }

    @Override
    protected boolean purges() {
        return false;
    }

    @Override
    protected Server server() {
        return redis;
    }
}
