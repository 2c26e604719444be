package dev.coatcheck.stores.nearcache;

import dev.coatcheck.stores.redis.RedisAddress;
import dev.coatcheck.stores.redis.RedisSessionStore;
import dev.coatcheck.stores.redis.RedisSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;
import redis.embedded.RedisServer;

/** A Redis server of the tests' own, which runs until they end; each store that is opened has key names of its own. */
final class Redis {
    private static final AtomicInteger STORES = new AtomicInteger();
    private static int port;

    private Redis() {}

    static synchronized int port() {
        if (port == 0) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = socket.getLocalPort();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            try {
                RedisServer server = RedisServer.newRedisServer()
                        .port(port)
                        .setting("bind 127.0.0.1")
                        .setting("save \"\"")
                        .build();
                server.start();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return port;
    }

    private static void stop(RedisServer server) {
        try {
            server.stop();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For an empty store. */
    static RedisSettings settings() {
        return at(RedisSettings.DEFAULT.withPrefix("test-" + STORES.incrementAndGet()), port());
    }

    /** The same store, by another port. */
    static RedisSettings at(RedisSettings settings, int port) {
        return settings.withAddress(RedisAddress.of("redis://127.0.0.1:" + port));
    }

    static RedisSessionStore open(RedisSettings settings) {
        return RedisSessionStore.open(settings);
    }
}
