package dev.coatcheck.testkit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the contract of a store stands on: the store under test, opened before and closed after each test. */
abstract class StoreContract<S extends AutoCloseable> {
    /** The store under test. */
    protected S store;

    /** Opens a store with nothing in it; called before each test. */
    protected abstract S open() throws Exception;

    /** Another node on what {@link #open} opened last; the same store (the default) where there is but one. */
    protected S another() throws Exception {
        return store;
    }

    @BeforeEach
    void openTheStore() throws Exception {
        store = open();
    }

    @AfterEach
    void closeTheStore() throws Exception {
        store.close();
    }
}
