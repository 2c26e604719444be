package dev.coatcheck.stores.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coatcheck.store.Changed;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionChange.AttributeChange;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Race;
import dev.coatcheck.testkit.Rounds;
import dev.coatcheck.testkit.Sessions;
import dev.coatcheck.testkit.SilentProxy;
import dev.coatcheck.token.SessionId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server stops, hangs, dies and refuses: each is "unavailable" within a bounded time, and passes by itself. */
class OutageTest {
    private static final Duration TIMEOUT = Duration.ofMillis(500);

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private RedisProcess redis;
    private RedisSettings settings = RedisSettings.DEFAULT;
    private RedisSessionStore store;

    @BeforeEach
    void open() {
        redis = RedisProcess.start(RedisBinary.EMBEDDED, "--appendonly", "yes", "--appendfsync", "always");
        settings =
                RedisSettings.DEFAULT.withAddress(RedisAddress.of(redis.url())).withTimeout(TIMEOUT);
        store = RedisSessionStore.open(settings);
    }

    @AfterEach
    void close() {
        try {
            store.close();
        } finally {
            redis.close();
        }
    }

    @Test
    void nothingAcknowledgedIsLostWhenTheServerIsKilledUnderLoad() throws InterruptedException {
        store.close();
        store = RedisSessionStore.open(settings.withTimeout(Duration.ofSeconds(10)));
        for (int round = 0; round < Rounds.of(2, 20); round++) {
            Set<SessionId> living = ConcurrentHashMap.newKeySet();
            Map<SessionId, Boolean> ended = new ConcurrentHashMap<>();
            Set<String> failures = ConcurrentHashMap.newKeySet();
            AtomicBoolean stop = new AtomicBoolean();
            CountDownLatch busy = new CountDownLatch(300);
            Thread load = new Thread(() -> Race.of(8, i -> () -> {
                while (!stop.get()) {
                    signInAndOut(living, ended, failures);
                    busy.countDown();
                }
                return i;
            }));
            load.start();
            assertThat(busy.await(30, TimeUnit.SECONDS)).isTrue();
            redis.kill();
            redis.startAgain();
            long since = System.nanoTime();
            await().atMost(Duration.ofSeconds(10))
                    .ignoreExceptions()
                    .until(() -> store.find(Sessions.id()).isEmpty());
            System.out.printf(
                    "back %d ms after the server, %d sign-ins and %d sign-outs acknowledged%n",
                    (System.nanoTime() - since) / 1_000_000, living.size(), ended.size());
            stop.set(true);
            load.join();
            assertThat(failures)
                    .as("a broken connection is noticed, not waited for")
                    .noneMatch(f -> f.contains("no answer"));
            assertThat(living).allSatisfy(id -> assertThat(store.find(id)).isPresent());
            assertThat(ended.keySet())
                    .allSatisfy(id ->
                            assertThat(store.find(id).orElseThrow().ending()).isPresent());
        }
    }

    private void signInAndOut(Set<SessionId> living, Map<SessionId, Boolean> ended, Set<String> failures) {
        StoredSession session = Sessions.of(Sessions.user(), now).build();
        try {
            store.create(session, PerUserLimit.DEFAULT);
            living.add(session.id());
            if (store.end(session.id(), EndReason.SIGNED_OUT, now)) {
                ended.put(session.id(), true);
            }
        } catch (StoreUnavailableException e) {
            // Unknown outcome: nothing was acknowledged.
            failures.add(e.getMessage());
        }
    }

    @Test
    void aServerThatHangsIsUnavailableWithinTheTimeoutAndComesBack() {
        StoredSession session = stored();
        redis.pause();
        for (ThrowingCallable call : calls(session)) {
            long start = System.nanoTime();
            assertThatThrownBy(call).isInstanceOf(StoreUnavailableException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIMEOUT.plusMillis(1_500));
        }
        redis.resume();
        await().atMost(Duration.ofSeconds(5))
                .ignoreExceptions()
                .until(() -> store.find(session.id()).isPresent());
    }

    @Test
    void aStoppedServerIsUnavailableAtOnce() {
        StoredSession session = stored();
        redis.kill();
        for (ThrowingCallable call : calls(session)) {
            long start = System.nanoTime();
            assertThatThrownBy(call)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageStartingWith("the store did not answer during");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIMEOUT.plusMillis(1_500));
        }
        redis.startAgain();
        await().atMost(Duration.ofSeconds(5))
                .ignoreExceptions()
                .until(() -> store.find(session.id()).isPresent());
    }

    @Test
    void aWriteWhoseOutcomeIsUnknownIsNotSentAgain() {
        StoredSession session = stored();
        redis.pause();
        assertThatThrownBy(() -> put(session, "1")).isInstanceOf(StoreUnavailableException.class);
        redis.kill();
        redis.startAgain();
        await().atMost(Duration.ofSeconds(5))
                .ignoreExceptions()
                .until(() -> store.find(session.id()).isPresent());
        assertThat(put(session, "2")).isEqualTo(new Changed.Applied(session.revision() + 1, Set.of()));
    }

    @Test
    void aWriteThatWaitsWhenTheConnectionBreaksFailsAtOnce() throws InterruptedException {
        RedisSessionStore patient = RedisSessionStore.open(settings.withTimeout(Duration.ofSeconds(30)));
        StoredSession session = stored();
        redis.pause();
        AtomicBoolean unavailable = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            try {
                patient.end(session.id(), EndReason.SIGNED_OUT, now);
            } catch (StoreUnavailableException e) {
                unavailable.set(true);
            }
        });
        writer.start();
        await().until(() -> writer.getState() == Thread.State.TIMED_WAITING);
        redis.kill();
        writer.join(5_000);
        assertThat(unavailable).isTrue();
        redis.startAgain();
        await().atMost(Duration.ofSeconds(5))
                .ignoreExceptions()
                .until(() -> patient.find(session.id()).isPresent());
        assertThat(patient.find(session.id()).orElseThrow().ending()).isEmpty();
        patient.close();
    }

    @Test
    void aConnectionThatFellSilentIsReplaced() throws IOException {
        StoredSession session = stored();
        try (SilentProxy proxy = new SilentProxy(redis.port());
                RedisSessionStore distant = RedisSessionStore.open(
                        settings.withAddress(RedisAddress.of("redis://127.0.0.1:" + proxy.port())))) {
            assertThat(distant.find(session.id())).isPresent();
            proxy.swallowPresentConnections();
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> distant.find(session.id())).isInstanceOf(StoreUnavailableException.class);
            }
            await().atMost(Duration.ofSeconds(5))
                    .ignoreExceptions()
                    .until(() -> distant.find(session.id()).isPresent());
        }
    }

    @Test
    void moreThanMayWaitIsRefusedAtOnce() {
        try (RedisSessionStore small =
                RedisSessionStore.open(settings.withWaiting(4).withTimeout(Duration.ofSeconds(5)))) {
            StoredSession session = stored();
            redis.pause();
            long start = System.nanoTime();
            List<String> answers = Race.of(12, i -> () -> {
                try {
                    small.find(session.id());
                    return "found";
                } catch (StoreUnavailableException e) {
                    if (e.getMessage().startsWith("the store has too much to do")
                            && System.nanoTime() - start < Duration.ofSeconds(3).toNanos()) {
                        redis.resume();
                        return "refused";
                    }
                    throw e;
                }
            });
            assertThat(answers).filteredOn("refused"::equals).hasSizeBetween(1, 8);
            assertThat(small.find(session.id())).isPresent();
        }
    }

    @Test
    void aServerWithoutMemoryIsUnavailableForWritesAndReadsOn() {
        StoredSession session = stored();
        try (Raw raw = new Raw(redis.url())) {
            raw.commands().configSet("maxmemory", "1");
            assertThatThrownBy(() -> put(session, "1"))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("OOM");
            assertThat(store.find(session.id())).contains(session);
            raw.commands().configSet("maxmemory", "0");
            assertThat(put(session, "1")).isInstanceOf(Changed.Applied.class);
        }
    }

    @Test
    void aServerThatBecameAReplicaIsUnavailableForWrites() {
        StoredSession session = stored();
        try (Raw raw = new Raw(redis.url())) {
            raw.commands().replicaof("127.0.0.1", 1);
            assertThatThrownBy(() -> put(session, "1")).isInstanceOf(StoreUnavailableException.class);
            raw.commands().replicaofNoOne();
            assertThat(put(session, "1")).isInstanceOf(Changed.Applied.class);
        }
    }

    @Test
    void noServerAtTheStartIsRefused() {
        redis.kill();
        assertThatThrownBy(() -> RedisSessionStore.open(settings))
                .isInstanceOf(RedisSetupException.class)
                .hasMessageContaining("127.0.0.1");
    }

    private List<ThrowingCallable> calls(StoredSession session) {
        return List.of(
                () -> store.find(session.id()),
                () -> store.create(Sessions.of(Sessions.user(), now).build(), PerUserLimit.DEFAULT),
                () -> put(session, "1"),
                () -> store.end(Sessions.id(), EndReason.SIGNED_OUT, now));
    }

    private Changed put(StoredSession session, String json) {
        return store.apply(
                session.id(),
                new Guard(now, session.epoch()),
                SessionChange.NONE.with("a", new AttributeChange.Put(json)));
    }

    private StoredSession stored() {
        StoredSession session = Sessions.of(Sessions.user(), now).build();
        store.create(session, PerUserLimit.DEFAULT);
        return session;
    }
}
