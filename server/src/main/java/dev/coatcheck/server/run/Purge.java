package dev.coatcheck.server.run;

import dev.coatcheck.store.CounterStore;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoreUnavailableException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;

/**
 * Deletes sessions that have been dead for a day and counters that have expired, in small batches, now and then. The time between is drawn anew each time,
 * so that many nodes don't come at once.
 */
final class Purge implements AutoCloseable {
    static final Duration KEPT = Duration.ofDays(1);
    static final int BATCH = 500;

    private static final System.Logger LOG = System.getLogger(Purge.class.getName());
    private static final int MOST_BATCHES = 40;

    /** Beyond what clocks differ by. */
    static final Duration COUNTERS_KEPT = Duration.ofMinutes(5);

    /** Small rows, and a guesser makes three with each password: more of them than sessions. */
    static final int COUNTER_BATCH = 2_000;

    private static final int MOST_COUNTER_BATCHES = 100;

    private final SessionStore store;
    private final CounterStore counters;
    private final InstantSource clock;
    private final Duration every;
    private final RandomGenerator random;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread made = new Thread(work, "coatcheck-purge");
        made.setDaemon(true);
        return made;
    });

    private volatile Optional<ScheduledFuture<?>> next = Optional.empty();

    Purge(SessionStore store, CounterStore counters, InstantSource clock, Duration every, RandomGenerator random) {
        this.store = store;
        this.counters = counters;
        this.clock = clock;
        this.every = every;
        this.random = random;
    }

    void begin() {
        again();
    }

    private void again() {
        next = Optional.of(thread.schedule(
                () -> {
                    try {
                        round();
                    } finally {
                        again();
                    }
                },
                nextWait().toMillis(),
                TimeUnit.MILLISECONDS));
    }

    /** Between 80 and 120 per cent of the period. */
    Duration nextWait() {
        return Duration.ofMillis((long) (every.toMillis() * (0.8 + 0.4 * random.nextDouble())));
    }

    /** One round; a silent store is asked again next time. @return how many sessions and counters are gone */
    int round() {
        return emptied(
                        "Dead sessions",
                        MOST_BATCHES,
                        BATCH,
                        most -> store.purge(clock.instant().minus(KEPT), most))
                + emptied(
                        "Expired counters",
                        MOST_COUNTER_BATCHES,
                        COUNTER_BATCH,
                        most -> counters.purge(clock.instant().minus(COUNTERS_KEPT), most));
    }

    private int emptied(String what, int batches, int size, IntUnaryOperator batch) {
        int gone = 0;
        try {
            for (int i = 0; i < batches && !thread.isShutdown(); i++) {
                int some = batch.applyAsInt(size);
                gone += some;
                if (some < size) {
                    break;
                }
            }
            if (gone > 0) {
                LOG.log(System.Logger.Level.DEBUG, "{0}: deleted {1}", what, gone);
            }
        } catch (StoreUnavailableException e) {
            LOG.log(System.Logger.Level.WARNING, "{0} stay until the next round: {1}", what, e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, what + " stay until the next round", e);
        }
        return gone;
    }

    @Override
    public void close() {
        next.ifPresent(round -> round.cancel(false));
        thread.shutdown();
        try {
            if (!thread.awaitTermination(500, TimeUnit.MILLISECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
