package dev.coatcheck.stores.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The connection to a server, to the master that Sentinels name, or to the masters of a Cluster. */
interface Wire extends AutoCloseable {
    /** The commands; a {@link io.lettuce.core.RedisException} when there is no connection. */
    RedisClusterAsyncCommands<String, String> commands();

    /** Whether keys with different hash tags may lie on different servers. */
    boolean manySlots();

    /** Another connection to the same, which closes with this one. */
    Wire beside();

    /** The servers that writes go to or may come to go to, as far as is known now. */
    Masters masters();

    /** A number that changes before anything is sent by another connection; where several are held, it stays. */
    default long connections() {
        return 0;
    }

    /** Asks anew who the masters are; done when {@link #masters} knows it. */
    default CompletionStage<Void> lookForMasters() {
        return CompletableFuture.completedStage(null);
    }

    /** The client, whose threads and authorities another one shares. */
    AbstractRedisClient client();

    /** An answer arrived in time. */
    default void answered() {}

    /** No answer arrived in time. */
    default void unanswered() {}

    /** What it leads to is a replica: the master may be somewhere else by now. */
    default void misled() {}

    @Override
    void close();
}
