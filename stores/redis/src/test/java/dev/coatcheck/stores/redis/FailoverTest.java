package dev.coatcheck.stores.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A master dies for good, and the store goes on with its replica by itself; a node of a Cluster dies and comes back. */
class FailoverTest {
    private static final Duration TIMEOUT = Duration.ofMillis(500);

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    @Test
    void afterAMastersDeathTheStoreGoesOnWithItsReplica() {
        try (SentinelExtension redis = new SentinelExtension(RedisBinary.EMBEDDED);
                RedisSessionStore store =
                        RedisSessionStore.open(redis.settings().withTimeout(TIMEOUT))) {
            StoredSession session = Sessions.of(Sessions.user(), now).build();
            store.create(session, PerUserLimit.DEFAULT);
            try (Raw raw = new Raw(redis.master().url())) {
                raw.commands().waitForReplication(1, 5_000);
            }
            redis.master().kill();
            long since = System.nanoTime();
            await().atMost(Duration.ofSeconds(30)).until(() -> endsUnlessUnavailable(store, session));
            System.out.printf(
                    "written to the new master %d ms after the old one died (1,000 ms of it to notice)%n",
                    (System.nanoTime() - since) / 1_000_000);
            assertThat(store.find(session.id()).orElseThrow().ending()).isPresent();
        }
    }

    /** Whatever happens meanwhile is "unavailable" or the truth, within the timeout. */
    private boolean endsUnlessUnavailable(RedisSessionStore store, StoredSession session) {
        long start = System.nanoTime();
        try {
            return store.end(session.id(), EndReason.SIGNED_OUT, now);
        } catch (StoreUnavailableException e) {
            return false;
        } finally {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIMEOUT.plusMillis(1_500));
        }
    }

    @Test
    void aClusterNodeThatDiesTakesOnlyItsSlotsWithItAndBringsThemBack() {
        String[] settings = {
            "--cluster-require-full-coverage", "no", "--appendonly", "yes", "--appendfsync", "always",
        };
        try (ClusterExtension redis = new ClusterExtension(RedisBinary.EMBEDDED, settings);
                RedisSessionStore store =
                        RedisSessionStore.open(redis.settings().withTimeout(TIMEOUT))) {
            List<StoredSession> sessions = Stream.generate(
                            () -> Sessions.of(Sessions.user(), now).build())
                    .limit(30)
                    .toList();
            sessions.forEach(session -> store.create(session, PerUserLimit.DEFAULT));
            redis.processes().get(1).kill();
            long readable =
                    sessions.stream().filter(session -> isFound(store, session)).count();
            assertThat(readable).isBetween(1L, 29L);
            redis.processes().get(1).startAgain();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> sessions.stream().allMatch(session -> isFound(store, session)));
        }
    }

    private static boolean isFound(RedisSessionStore store, StoredSession session) {
        long start = System.nanoTime();
        try {
            assertThat(store.find(session.id())).contains(session);
            return true;
        } catch (StoreUnavailableException e) {
            return false;
        } finally {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIMEOUT.plusMillis(1_500));
        }
    }
}
