package dev.coatcheck.store;

import org.jspecify.annotations.Nullable;

/** The store did not answer: what was asked may or may not have happened. Answered 503 with Retry-After, never "signed out". */
public final class StoreUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private StoreUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** While doing this, for this reason. */
    public static StoreUnavailableException during(String operation, Throwable cause) {
        return new StoreUnavailableException("the store did not answer during " + operation + ": " + cause, cause);
    }

    /** While doing this, because too much waits already. */
    public static StoreUnavailableException overloaded(String operation) {
        return new StoreUnavailableException("the store has too much to do for " + operation, null);
    }

    /** Not even asked this, because the store has been silent lately. */
    public static StoreUnavailableException silent(String operation) {
        return new StoreUnavailableException(
                "the store did not answer lately: no " + operation + " until it does", null);
    }

    /** While doing this, because the store is closed. */
    public static StoreUnavailableException closed(String operation) {
        return new StoreUnavailableException("the store is closed: no " + operation, null);
    }
}
