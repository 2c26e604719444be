package dev.coatcheck.stores.redis;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

/** The connection to a server, to the master that Sentinels name, or to the masters of a Cluster. */
interface Wire extends AutoCloseable {
    /** The commands; a {@link io.lettuce.core.RedisException} when there is no connection. */
    RedisClusterAsyncCommands<String, String> commands();

    /** Whether keys with different hash tags may lie on different servers. */
    boolean manySlots();

    /** Another connection to the same, which closes with this one. */
    Wire beside();

    /** An answer arrived in time. */
    default void answered() {}

    /** No answer arrived in time. */
    default void unanswered() {}

    @Override
    void close();
}
