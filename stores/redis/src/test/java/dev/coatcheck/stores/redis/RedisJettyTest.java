package dev.coatcheck.stores.redis;

import dev.coatcheck.store.SessionStore;
import dev.coatcheck.stores.tests.JettyStoreTests;
import java.util.Optional;

@OnEachRedis
class RedisJettyTest extends JettyStoreTests {
    private final RedisUnderTest redis;

    RedisJettyTest(RedisUnderTest redis) throws Exception {
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
