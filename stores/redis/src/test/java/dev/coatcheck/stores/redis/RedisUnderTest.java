package dev.coatcheck.stores.redis;

import dev.coatcheck.store.SessionStore;
import dev.coatcheck.testkit.SessionSignalsContract;
import dev.coatcheck.testkit.SilentProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** Opens empty stores on a kind of server, and the last one of them again. The servers start when they are first asked for. */
final class RedisUnderTest implements AutoCloseable {
    private final RedisKind kind;
    private Optional<RedisServers> servers = Optional.empty();
    private RedisSettings settings = RedisSettings.DEFAULT;

    RedisUnderTest(RedisKind kind) {
        this.kind = kind;
    }

    SessionStore open() {
        servers = servers.or(() -> Optional.of(kind.servers()));
        settings = servers.get().settings();
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

    @Override
    public void close() {
        servers.ifPresent(RedisServers::close);
    }

    @Override
    public String toString() {
        return kind.toString();
    }
}
