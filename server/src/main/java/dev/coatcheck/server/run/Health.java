package dev.coatcheck.server.run;

import dev.coatcheck.Routes;
import dev.coatcheck.http.WebResponse;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.token.SessionId;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * {@code /healthz}: the process answers. {@code /readyz}: the session store answered within a second, and its clock and this
 * machine's agree: where they don't, sessions end too early or too late. Neither says more, and however often they are asked,
 * the store is asked at most twice a second, by one thread.
 */
final class Health implements AutoCloseable {
    static final List<String> PATHS = List.of("/healthz", "/readyz");

    private static final System.Logger LOG = System.getLogger(Health.class.getName());
    private static final long FRESH_NANOS = Duration.ofMillis(500).toNanos();
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration CLOCKS_APART = Duration.ofSeconds(2);

    private final SessionStore store;
    private final InstantSource clock;
    private final SecureRandom random;
    private final LongSupplier nanos;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        Thread made = new Thread(work, "coatcheck-readiness");
        made.setDaemon(true);
        return made;
    });
    private CompletableFuture<Boolean> asked = CompletableFuture.completedFuture(false);
    private long askedAt;
    private boolean everAsked;

    Health(SessionStore store, InstantSource clock, SecureRandom random, LongSupplier nanos) {
        this.store = store;
        this.clock = clock;
        this.random = random;
        this.nanos = nanos;
    }

    Routes on(Routes routes) {
        return routes.with("GET", "/healthz", exchange -> answer(200, "ok"))
                .with("GET", "/readyz", exchange -> ready() ? answer(200, "ready") : answer(503, "not ready"));
    }

    boolean ready() {
        try {
            return latest().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
            return false;
        }
    }

    /** A question on its way is shared; an answer is, while it is fresh. */
    private synchronized CompletableFuture<Boolean> latest() {
        long now = nanos.getAsLong();
        if (!everAsked || (asked.isDone() && now - askedAt >= FRESH_NANOS)) {
            everAsked = true;
            askedAt = now;
            asked = CompletableFuture.supplyAsync(this::storeAnswers, thread);
        }
        return asked;
    }

    private boolean storeAnswers() {
        try {
            return store.find(SessionId.random(random)).isEmpty() && clocksAgree();
        } catch (StoreUnavailableException e) {
            LOG.log(System.Logger.Level.WARNING, "Not ready: {0}", e.getMessage());
            return false;
        }
    }

    /** The store's clock was read between two looks at this one: what lies further out than they do is not the way's fault. */
    private boolean clocksAgree() {
        Instant before = clock.instant();
        Optional<Instant> theirs = store.serverTime();
        Instant after = clock.instant();
        boolean agree = theirs.isEmpty()
                || (!theirs.get().isBefore(before.minus(CLOCKS_APART))
                        && !theirs.get().isAfter(after.plus(CLOCKS_APART)));
        if (!agree) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Not ready: this machine''s clock says {0}, the session store''s {1}. Sessions would end too early or too"
                            + " late: synchronise both (NTP)",
                    after,
                    theirs.get());
        }
        return agree;
    }

    private static WebResponse answer(int status, String word) {
        return WebResponse.status(status).with("Cache-Control", "no-store").withBody("text/plain;charset=utf-8", word);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
