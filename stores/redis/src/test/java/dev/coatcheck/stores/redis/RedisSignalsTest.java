package dev.coatcheck.stores.redis;

import dev.coatcheck.store.SessionStore;
import dev.coatcheck.testkit.SessionSignalsContract;
import java.util.Optional;

@OnEachRedis
class RedisSignalsTest extends SessionSignalsContract {
    private final RedisUnderTest redis;

    RedisSignalsTest(RedisUnderTest redis) {
        this.redis = redis;
    }

    @Override
    protected SessionStore open() {
        return redis.open();
    }

    @Override
    protected Optional<SessionStore> another() {
        return redis.reopen();
    }

    @Override
    protected Optional<CutNode> nodeThatCanBeCut() throws Exception {
        return redis.nodeThatCanBeCut();
    }
}
