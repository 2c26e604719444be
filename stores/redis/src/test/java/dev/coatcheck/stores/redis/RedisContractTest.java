package dev.coatcheck.stores.redis;

import dev.coatcheck.store.SessionStore;
import dev.coatcheck.testkit.SessionStoreContract;
import java.util.Optional;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class RedisContractTest extends SessionStoreContract {
    private final RedisUnderTest redis;

    RedisContractTest(RedisKind kind) {
        redis = new RedisUnderTest(kind);
    }

    @AfterParameterizedClassInvocation
    static void stop(RedisKind kind) {
        RedisUnderTest.stop(kind);
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
