package dev.coatcheck.stores.redis;

import dev.coatcheck.store.SessionStore;
import dev.coatcheck.testkit.SessionStoreContract;
import java.util.Optional;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisSentinelTest extends SessionStoreContract {
    @RegisterExtension
    static final SentinelExtension REDIS = new SentinelExtension(RedisBinary.EMBEDDED);

    private RedisSettings settings = RedisSettings.DEFAULT;

    @Override
    protected SessionStore open() {
        settings = REDIS.settings();
        return RedisSessionStore.open(settings);
    }

    @Override
    protected Optional<SessionStore> reopen() {
        return Optional.of(RedisSessionStore.open(settings));
    }

    @Override
    protected boolean purges() {
        return false;
    }
}
