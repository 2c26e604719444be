package dev.coatcheck.stores.nearcache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.store.Changed;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.stores.redis.RedisSettings;
import dev.coatcheck.testkit.Rounds;
import dev.coatcheck.testkit.Sessions;
import dev.coatcheck.testkit.SilentProxy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes with a near-cache each on one Redis: nothing old after an own write, nothing older than a second from afar. */
class TwoNodesTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Instant now = Instant.now();
    private final RedisSettings settings = Redis.settings();
    private final ExecutorService readers = Executors.newCachedThreadPool();
    private NearCachedStore here;
    private NearCachedStore there;
    private SilentProxy proxy;

    @BeforeEach
    void open() throws IOException {
        proxy = new SilentProxy(Redis.port());
        here = NearCachedStore.over(Redis.open(settings), NearCachePolicy.DEFAULT);
        there = NearCachedStore.over(Redis.open(Redis.at(settings, proxy.port())), NearCachePolicy.DEFAULT);
        awaitProof(here);
        awaitProof(there);
    }

    @AfterEach
    void close() throws IOException {
        readers.shutdownNow();
        here.close();
        there.close();
        proxy.close();
    }

    @Test
    void thousandsOfWritesRacedByReadersLeaveNothingOld() throws Exception {
        StoredSession session = stored();
        AtomicLong written = new AtomicLong(session.revision());
        AtomicBoolean stop = new AtomicBoolean();
        List<Future<Long>> reading = new ArrayList<>();
        Callable<Long> reader = () -> {
            long stale = 0;
            while (!stop.get()) {
                long atLeast = written.get();
                stale += revision(here, session) < atLeast ? 1 : 0;
                // Room for the channel's own thread, on few processors.
                LockSupport.parkNanos(20_000);
            }
            return stale;
        };
        Callable<Long> disturber = () -> {
            while (!stop.get()) {
                revision(there, session);
                LockSupport.parkNanos(20_000);
            }
            return 0L;
        };
        for (Callable<Long> each : List.of(reader, reader, disturber)) {
            reading.add(readers.submit(each));
        }
        long[] lags = new long[Rounds.of(2_000, 30_000)];
        for (int round = 0; round < lags.length; round++) {
            Changed.Applied applied =
                    (Changed.Applied) here.apply(session.id(), new Guard(now, session.epoch()), SessionChange.NONE);
            written.set(applied.revision());
            long acknowledged = System.nanoTime();
            while (revision(there, session) < applied.revision()) {
                assertThat(System.nanoTime() - acknowledged).isLessThan(5 * SECOND);
            }
            lags[round] = System.nanoTime() - acknowledged;
        }
        stop.set(true);
        for (Future<Long> each : reading) {
            assertThat(each.get()).isZero();
        }
        report("write here, seen there", lags);
        assertThat(here.state().hits()).isPositive();
        assertThat(there.state().hits()).isPositive();
    }

    /** Each node keeps what it wrote, and nobody's attribute is lost in what is kept. */
    @Test
    void writersOnBothNodesSeeTheirOwnWritesAndInTheEndTheSame() throws Exception {
        StoredSession session = stored();
        List<Future<Integer>> writing = new ArrayList<>();
        int rounds = Rounds.of(500, 10_000);
        for (int i = 0; i < 4; i++) {
            String name = "writer-" + i;
            NearCachedStore node = i % 2 == 0 ? here : there;
            writing.add(readers.submit(() -> {
                int lost = 0;
                for (int round = 1; round <= rounds; round++) {
                    String value = Integer.toString(round);
                    Changed.Applied applied = (Changed.Applied) node.apply(
                            session.id(),
                            new Guard(now, session.epoch()),
                            SessionChange.NONE.with(name, new SessionChange.AttributeChange.Put(value)));
                    StoredSession seen = node.find(session.id()).orElseThrow();
                    boolean own = seen.attributes().get(name).json().equals(value);
                    lost += own && seen.revision() >= applied.revision() ? 0 : 1;
                    if (round % 50 == 0) {
                        // Room for a write that nobody comes between.
                        LockSupport.parkNanos(5_000_000);
                    }
                }
                return lost;
            }));
        }
        for (Future<Integer> each : writing) {
            assertThat(each.get()).isZero();
        }
        long written = session.revision() + 4L * rounds;
        await(() -> revision(here, session) == written && revision(there, session) == written);
        assertThat(here.find(session.id())).isEqualTo(here.reread(session)).isEqualTo(there.find(session.id()));
        assertThat(here.state().carried() + there.state().carried()).isPositive();
        System.out.printf(
                "writers on both nodes: %d of %d writes kept as written%n",
                here.state().carried() + there.state().carried(), 4L * rounds);
    }

    @Test
    void aSessionThatEndedElsewhereIsRefusedWithinASecondWhenTheChannelIsCut() {
        long[] lags = new long[Rounds.of(5, 50)];
        for (int round = 0; round < lags.length; round++) {
            StoredSession session = stored();
            awaitProof(there);
            there.find(session.id());
            proxy.cutThoseThatSaid("SUBSCRIBE");
            here.end(session.id(), EndReason.REVOKED_BY_ADMIN, now);
            lags[round] = nanosUntilRefused(session);
            assertThat(there.find(session.id()).orElseThrow().ending()).isPresent();
            proxy.mend();
        }
        report("ended here, refused there with its channel cut", lags);
    }

    @Test
    void whileItsChannelIsCutItReadsThroughAndAfterwardsFromMemoryAgain() {
        StoredSession session = stored();
        there.find(session.id());
        proxy.cutThoseThatSaid("SUBSCRIBE");
        await(() -> there.state().echo().isEmpty());
        long hits = there.state().hits();
        for (int i = 0; i < 10; i++) {
            assertThat(there.find(session.id())).isPresent();
        }
        assertThat(there.state().hits()).isEqualTo(hits);
        proxy.mend();
        awaitProof(there);
        long flushes = there.state().flushes();
        there.find(session.id());
        there.find(session.id());
        assertThat(there.state().hits()).isGreaterThan(hits);
        assertThat(flushes).isGreaterThan(1);
    }

    private long nanosUntilRefused(StoredSession session) {
        long acknowledged = System.nanoTime();
        while (there.find(session.id()).orElseThrow().ending().isEmpty()) {
            assertThat(System.nanoTime() - acknowledged).isLessThan(5 * SECOND);
        }
        return System.nanoTime() - acknowledged;
    }

    private static void report(String what, long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        long worst = sorted[sorted.length - 1];
        System.out.printf(
                "%s: median %.2f ms, worst %.2f ms of %d%n",
                what, sorted[sorted.length / 2] / 1e6, worst / 1e6, sorted.length);
        assertThat(worst).isLessThan(SECOND);
    }

    private static long revision(NearCachedStore store, StoredSession session) {
        return store.find(session.id()).orElseThrow().revision();
    }

    private StoredSession stored() {
        StoredSession session = Sessions.of(Sessions.user(), now).build();
        here.create(session, PerUserLimit.DEFAULT);
        return session;
    }

    private static void awaitProof(NearCachedStore store) {
        await(() -> store.state()
                .echo()
                .filter(age -> age.compareTo(Duration.ofMillis(300)) < 0)
                .isPresent());
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + 20 * SECOND;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
