package dev.coatcheck.stores.redis;

import dev.coatcheck.store.SessionStore;
import dev.coatcheck.testkit.SessionSignalsContract;
import dev.coatcheck.testkit.SilentProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
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

    /** Behind a proxy; only a stand-alone server is found by the address that it is given. */
    Optional<SessionSignalsContract.CutNode> nodeThatCanBeCut() throws IOException {
        if (kind == RedisKind.SENTINEL || kind == RedisKind.CLUSTER) {
            return Optional.empty();
        }
        SilentProxy proxy = new SilentProxy(settings.address().nodes().get(0).getPort());
        SessionStore behind =
                RedisSessionStore.open(settings.withAddress(RedisAddress.of("redis://127.0.0.1:" + proxy.port())));
        return Optional.of(new ProxiedNode(behind, proxy));
    }

    private record ProxiedNode(SessionStore store, SilentProxy proxy) implements SessionSignalsContract.CutNode {
        @Override
        public void cut() {
            proxy.cut();
        }

        @Override
        public void mend() {
            proxy.mend();
        }

        @Override
        public void close() {
            store.close();
            try {
                proxy.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static synchronized RedisServers running(RedisKind kind) {
        return RUNNING.computeIfAbsent(kind, RedisKind::servers);
    }

    static synchronized void stop(RedisKind kind) {
        Optional.ofNullable(RUNNING.remove(kind)).ifPresent(RedisServers::close);
    }
}
