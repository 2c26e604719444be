package dev.coatcheck.stores.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Race;
import dev.coatcheck.testkit.Sessions;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Sign-outs wait for the disk where the server can tell. Needs Redis 7.2 or Valkey on the PATH for its first half. */
class DiskTest {
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    @Test
    void anEndingIsAnsweredWhenItIsOnTheDisk() throws IOException {
        try (RedisProcess redis = everySecond();
                RedisSessionStore store = RedisSessionStore.open(settings(redis));
                Raw raw = new Raw(redis.url());
                Monitor monitor = new Monitor(redis.port())) {
            StoredSession session = stored(store);
            monitor.sentUntil(raw);
            assertThat(store.end(session.id(), EndReason.SIGNED_OUT, now)).isTrue();
            assertThat(monitor.sentUntil(raw)).contains("evalsha").endsWith("set", "waitaof");
            UserId user = Sessions.user();
            store.endAll(user, Cutoff.everything(now), EndReason.SIGNED_OUT, now);
            assertThat(monitor.sentUntil(raw)).contains("evalsha").endsWith("set", "waitaof");
            stored(store);
            assertThat(monitor.sentUntil(raw)).containsExactly("evalsha");
        }
    }

    @Test
    void manyEndingsShareOneWait() throws IOException {
        try (RedisProcess redis = everySecond();
                RedisSessionStore store = RedisSessionStore.open(settings(redis));
                Raw raw = new Raw(redis.url());
                Monitor monitor = new Monitor(redis.port())) {
            List<StoredSession> sessions =
                    Stream.generate(() -> stored(store)).limit(40).toList();
            monitor.sentUntil(raw);
            long start = System.nanoTime();
            List<Boolean> ended =
                    Race.of(40, i -> () -> store.end(sessions.get(i).id(), EndReason.SIGNED_OUT, now));
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            System.out.printf("40 sign-outs at once were on the disk after %d ms%n", took.toMillis());
            assertThat(ended).containsOnly(true);
            assertThat(took).isLessThan(Duration.ofSeconds(4));
            assertThat(monitor.sentUntil(raw)).filteredOn("waitaof"::equals).hasSizeBetween(1, 6);
        }
    }

    @Test
    void aServerThatStoppedKeepingAFileIsNotWaitedFor() {
        try (RedisProcess redis = everySecond();
                RedisSessionStore store = RedisSessionStore.open(settings(redis));
                Raw raw = new Raw(redis.url())) {
            StoredSession session = stored(store);
            raw.commands().configSet("appendonly", "no");
            assertThat(store.end(session.id(), EndReason.SIGNED_OUT, now)).isTrue();
        }
    }

    @Test
    void anOlderServerIsNotAskedForWhatItDoesNotKnow() {
        try (RedisProcess redis = RedisProcess.start(RedisBinary.EMBEDDED, "--appendonly", "yes");
                RedisSessionStore store = RedisSessionStore.open(settings(redis))) {
            assertThat(store.end(stored(store).id(), EndReason.SIGNED_OUT, now)).isTrue();
        }
    }

    private static RedisProcess everySecond() {
        RedisProcess redis =
                RedisProcess.start(RedisBinary.INSTALLED, "--appendonly", "yes", "--appendfsync", "everysec");
        try (RedisLink link = Clients.first(settings(redis))) {
            Promises promises = Promises.of(link);
            if (!promises.endingsCanWait()) {
                redis.close();
                assumeTrue(
                        false,
                        "WAITAOF is not tested: redis-server on the PATH is " + promises.version()
                                + ", and it takes Redis 7.2 or Valkey");
            }
        }
        return redis;
    }

    private static RedisSettings settings(RedisProcess redis) {
        return RedisSettings.DEFAULT.withAddress(RedisAddress.of(redis.url()));
    }

    private StoredSession stored(RedisSessionStore store) {
        StoredSession session = Sessions.of(Sessions.user(), now).build();
        store.create(session, PerUserLimit.DEFAULT);
        return session;
    }
}
