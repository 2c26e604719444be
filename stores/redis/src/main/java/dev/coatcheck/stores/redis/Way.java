package dev.coatcheck.stores.redis;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

/**
 * A connection as it was at one instant. As long as {@link Wire#connections} says this number, what was sent this way is
 * answered in the order in which it was sent.
 */
record Way(
        StatefulConnection<String, String> connection,
        RedisClusterAsyncCommands<String, String> commands,
        long number) {}
