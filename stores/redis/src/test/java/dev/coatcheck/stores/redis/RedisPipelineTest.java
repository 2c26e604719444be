package dev.coatcheck.stores.redis;

import dev.coatcheck.store.SessionStore;
import dev.coatcheck.testkit.PipelineContract;
import java.util.Optional;

@OnEachRedis
class RedisPipelineTest extends PipelineContract {
    private final RedisUnderTest redis;

    RedisPipelineTest(RedisUnderTest redis) {
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
