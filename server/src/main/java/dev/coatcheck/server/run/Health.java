package dev.coatcheck.server.run;

import dev.coatcheck.Routes;
import dev.coatcheck.http.WebResponse;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.token.SessionId;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * {@code /healthz}: the process answers. {@code /readyz}: the session store answered within a second. Neither says more, and
 * however often they are asked, the store is asked at most twice a second, by one thread.
 */
final class Health implements AutoCloseable {
    static final List<String> PATHS = List.of("/healthz", "/readyz");

    private static final System.Logger LOG = System.getLogger(Health.class.getName());
    private static final long FRESH_NANOS = Duration.ofMillis(500).toNanos();
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final SessionStore store;
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

    Health(SessionStore store, SecureRandom random, LongSupplier nanos) {
        this.store = store;
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
            return store.find(SessionId.random(random)).isEmpty();
        } catch (StoreUnavailableException e) {
            LOG.log(System.Logger.Level.WARNING, "Not ready: {0}", e.getMessage());
            return false;
        }
    }

    private static WebResponse answer(int status, String word) {
        return WebResponse.status(status).with("Cache-Control", "no-store").withBody("text/plain;charset=utf-8", word);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
