package dev.coatcheck.stores.redis;

import dev.coatcheck.store.SessionStore;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Opens empty stores on a kind of server, and the last one of them again. */
final class RedisUnderTest {
    private static final Map<RedisKind, RedisServers> RUNNING = new EnumMap<>(RedisKind.class);

    private final RedisKind kind;
    private RedisSettings settings = RedisSettings.DEFAULT;

    RedisUnderTest(RedisKind kind) {
        this.kind = kind;
    }

    SessionStore open() {
        settings = running(kind).settings();
        return RedisSessionStore.open(settings);
    }

    Optional<SessionStore> reopen() {
        return Optional.of(RedisSessionStore.open(settings));
    }

    private static synchronized RedisServers running(RedisKind kind) {
        return RUNNING.computeIfAbsent(kind, RedisKind::servers);
    }

    static synchronized void stop(RedisKind kind) {
        Optional.ofNullable(RUNNING.remove(kind)).ifPresent(RedisServers::close);
    }
}
