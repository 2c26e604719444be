package dev.coatcheck.stores.redis;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Servers that start when the first test asks for them and stop after the last one. */
interface RedisServers extends AfterAllCallback, AutoCloseable {
    /** Settings for an empty store: each has key names of its own. */
    RedisSettings settings();

    @Override
    default void afterAll(ExtensionContext context) {
        close();
    }

    @Override
    void close();
}
