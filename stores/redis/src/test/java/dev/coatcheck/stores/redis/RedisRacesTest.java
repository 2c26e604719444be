package dev.coatcheck.stores.redis;

import dev.coatcheck.store.SessionStore;
import dev.coatcheck.testkit.SessionStoreRaces;
import java.util.Optional;

@OnEachRedis
class RedisRacesTest extends SessionStoreRaces {
    private final RedisUnderTest redis;

    RedisRacesTest(RedisUnderTest redis) {
        this.redis = redis;
    }

    @Override
    protected SessionStore open() {
        return redis.open();
    }

    @Override
    protected Optional<SessionStore> reopen() {
        return redis.reopen();
    }

    @Override
    protected boolean purges() {
        return false;
    }
}
