package dev.coatcheck.accounts;

import dev.coatcheck.store.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Lets so many do their work at once and so many wait, in the order in which they came, for so long. */
final class Turnstile {
    private final Semaphore places;
    private final Semaphore running;
    private final Duration patience;

    Turnstile(int atOnce, int waiting, Duration patience) {
        this.places = new Semaphore(Math.addExact(atOnce, waiting));
        this.running = new Semaphore(atOnce, true);
        this.patience = patience;
    }

    /** @throws StoreUnavailableException when there is no place to wait, or the wait is too long or interrupted */
    <T> T inTurn(String operation, Supplier<T> work) {
        if (!places.tryAcquire()) {
            throw StoreUnavailableException.overloaded(operation);
        }
        try {
            if (!running.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw StoreUnavailableException.overloaded(operation);
            }
            try {
                return work.get();
            } finally {
                running.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw StoreUnavailableException.during(operation, e);
        } finally {
            places.release();
        }
    }
}
