package dev.coatcheck.stores.redis;

import dev.coatcheck.store.SessionStore;
import dev.coatcheck.testkit.SessionStoreContract;
import java.util.Optional;

@OnEachRedis
class RedisContractTest extends SessionStoreContract {
    private final RedisUnderTest redis;

    RedisContractTest(RedisUnderTest redis) {
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
