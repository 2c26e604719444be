package dev.coatcheck.stores.redis;

import dev.coatcheck.store.SessionStore;
import dev.coatcheck.testkit.SessionSignalsContract;
import java.util.Optional;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class RedisSignalsTest extends SessionSignalsContract {
    private final RedisUnderTest redis;

    RedisSignalsTest(RedisKind kind) {
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
    protected Optional<SessionStore> another() {
        return redis.reopen();
    }

    @Override
    protected Optional<CutNode> nodeThatCanBeCut() throws Exception {
        return redis.nodeThatCanBeCut();
    }
}
