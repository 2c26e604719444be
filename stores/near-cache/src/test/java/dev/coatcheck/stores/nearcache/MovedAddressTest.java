package dev.coatcheck.stores.nearcache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.stores.redis.RedisSessionStore;
import dev.coatcheck.stores.redis.RedisSettings;
import dev.coatcheck.testkit.Sessions;
import dev.coatcheck.testkit.SilentProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import redis.embedded.RedisServer;

/** One address, two servers: what is read moves to the other one, and what is heard stays with the first for a while. */
class MovedAddressTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Instant now = Instant.now();
    private final RedisSettings settings = Redis.settings();

    @Test
    void aSplitBrainBehindOneAddressHandsNoEndedSessionOut() throws IOException {
        int second = freePort();
        RedisServer other = RedisServer.newRedisServer()
                .port(second)
                .setting("bind 127.0.0.1")
                .setting("save \"\"")
                .build();
        other.start();
        try (SilentProxy address = new SilentProxy(Redis.port());
                NearCachedStore here =
                        NearCachedStore.over(Redis.open(Redis.at(settings, address.port())), NearCachePolicy.DEFAULT);
                RedisSessionStore there = Redis.open(Redis.at(settings, second))) {
            await(() -> here.state().echo().isPresent());
            address.leadTo(second);
            closeOrdinaryConnections(Redis.port());
            StoredSession session = Sessions.of(Sessions.user(), now).build();
            there.create(session, PerUserLimit.DEFAULT);
            await(() -> isAlive(here, session));
            there.end(session.id(), EndReason.REVOKED_BY_ADMIN, now);
            long began = System.nanoTime();
            long last = began;
            while (System.nanoTime() - began < 2 * SECOND) {
                last = isAlive(here, session) ? System.nanoTime() : last;
            }
            System.out.printf("handed out for %d ms after its end%n", (last - began) / 1_000_000);
            assertThat(last - began).isLessThan(SECOND);
        } finally {
            other.stop();
        }
    }

    private static boolean isAlive(NearCachedStore store, StoredSession session) {
        try {
            return store.find(session.id())
                    .filter(found -> found.ending().isEmpty())
                    .isPresent();
        } catch (StoreUnavailableException e) {
            return false;
        }
    }

    /** Those that read; a connection that listens is of another type. */
    private static void closeOrdinaryConnections(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write("CLIENT KILL TYPE normal\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo(':');
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + 30 * SECOND;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
