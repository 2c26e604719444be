package dev.coatcheck.stores.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * One connection to one server, shared by all threads.
 *
 * <p>A connection that breaks is made again by the client library. One that falls silent (a server without power, a network
 * that swallows packets) breaks for the operating system only after many minutes: after some commands in a row without an
 * answer a new one is opened beside it, which asks the Sentinels anew, and takes its place. So it does for one that leads to a
 * replica: a master that becomes one closes nobody's connection by itself.
 */
final class SingleWire implements Wire {
    private static final System.Logger LOG = System.getLogger(SingleWire.class.getName());
    private static final int SILENCE = 3;
    /** Between two looks for a master. */
    private static final Duration REST = Duration.ofSeconds(1);

    private final RedisClient client;
    private final RedisURI uri;
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicLong connections = new AtomicLong();
    private final AtomicBoolean renewing = new AtomicBoolean();
    private final AtomicLong misledAt = new AtomicLong(System.nanoTime() - REST.toNanos());
    private volatile StatefulRedisConnection<String, String> connection;
    private volatile boolean closed;

    SingleWire(RedisClient client, RedisURI uri) {
        this.client = client;
        this.uri = uri;
        this.connection = counted(client.connect(TextCodec.UTF8, uri));
    }

    /** When it breaks, what the client library connects to next may be another server. */
    private StatefulRedisConnection<String, String> counted(StatefulRedisConnection<String, String> made) {
        made.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> gone) {
                connections.incrementAndGet();
            }
        });
        return made;
    }

    @Override
    public RedisClusterAsyncCommands<String, String> commands() {
        return connection.async();
    }

    @Override
    public boolean manySlots() {
        return false;
    }

    @Override
    public Wire beside() {
        return new SingleWire(client, uri);
    }

    @Override
    public Masters masters() {
        return new Masters(List.of(uri), 1);
    }

    @Override
    public long connections() {
        return connections.get();
    }

    @Override
    public AbstractRedisClient client() {
        return client;
    }

    @Override
    public void answered() {
        if (unanswered.get() != 0) {
            unanswered.set(0);
        }
    }

    @Override
    public void unanswered() {
        if (unanswered.incrementAndGet() >= SILENCE) {
            renew("did not answer " + SILENCE + " commands in a row", fresh -> CompletableFuture.completedStage(true));
        }
    }

    /** What still reads is not cut for another replica. */
    @Override
    public void misled() {
        long last = misledAt.get();
        long now = System.nanoTime();
        if (now - last >= REST.toNanos() && misledAt.compareAndSet(last, now)) {
            renew(
                    "is a replica where a master is needed",
                    fresh -> fresh.async()
                            .info("replication")
                            .thenApply(info -> !Standing.of(info).isReplica()));
        }
    }

    private void renew(
            String why, Function<StatefulRedisConnection<String, String>, CompletionStage<Boolean>> isBetter) {
        if (closed || !renewing.compareAndSet(false, true)) {
            return;
        }
        CompletableFuture.completedStage(uri)
                .thenCompose(address -> client.connectAsync(TextCodec.UTF8, address))
                .thenCompose(fresh -> isBetter.apply(fresh).whenComplete((better, failure) -> {
                    if (failure == null && better) {
                        LOG.log(Level.WARNING, "Redis {0}: connected anew", why);
                        replaceBy(fresh);
                    } else {
                        var unused = fresh.closeAsync();
                    }
                }))
                .whenComplete((better, failure) -> {
                    renewing.set(false);
                    if (failure != null || !better) {
                        LOG.log(Level.DEBUG, "Redis {0}, and nothing better is found there yet: {1}", why, failure);
                    }
                });
    }

    private void replaceBy(StatefulRedisConnection<String, String> fresh) {
        StatefulRedisConnection<String, String> silent = connection;
        connections.incrementAndGet();
        connection = counted(fresh);
        unanswered.set(0);
        var unused = silent.closeAsync();
        if (closed) {
            fresh.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        connection.close();
        Clients.shutDown(client);
    }
}
