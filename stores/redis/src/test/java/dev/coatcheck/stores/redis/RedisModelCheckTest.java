package dev.coatcheck.stores.redis;

import dev.coatcheck.store.SessionStore;
import dev.coatcheck.testkit.SessionStoreModelCheck;
import java.util.Optional;

@OnEachRedis
class RedisModelCheckTest extends SessionStoreModelCheck {
    private final RedisUnderTest redis;

    RedisModelCheckTest(RedisUnderTest redis) {
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
