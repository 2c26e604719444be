package dev.coatcheck.stores.redis;

import dev.coatcheck.store.StoreUnavailableException;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.RedisCommand;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How the client library is set up: bounded queues, bounded times, nothing sent twice. */
final class Clients {
    private static final System.Logger LOG = System.getLogger(Clients.class.getName());
    private static final Duration RECONNECT_AT_MOST_EVERY = Duration.ofMillis(500);

    private Clients() {}

    static Wire connect(RedisSettings settings) {
        RedisURI first = timed(settings.address().nodes().get(0), settings);
        RedisClient client = RedisClient.create(resources());
        try {
            client.setOptions(options(settings));
            return new SingleWire(client, first);
        } catch (RedisException e) {
            shutDown(client);
            throw StoreUnavailableException.during("connecting to " + settings.address(), e);
        }
    }

    /** Quickly, without waiting for what is under way. */
    static void shutDown(AbstractRedisClient client) {
        ClientResources resources = client.getResources();
        client.shutdown(0, 1, TimeUnit.SECONDS);
        Future<?> stopped = resources.shutdown(0, 1, TimeUnit.SECONDS);
        try {
            stopped.get(2, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.log(Level.DEBUG, "the threads of the Redis client stop late", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static RedisURI timed(RedisURI uri, RedisSettings settings) {
        RedisURI.Builder builder = RedisURI.builder(uri).withTimeout(settings.timeout());
        return builder.build();
    }

    private static ClientResources resources() {
        return DefaultClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .reconnectDelay(() ->
                        Delay.exponential(Duration.ofMillis(10), RECONNECT_AT_MOST_EVERY, 2, TimeUnit.MILLISECONDS))
                .build();
    }

    private static ClientOptions options(RedisSettings settings) {
        return ClientOptions.builder()
                .autoReconnect(true)
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .replayFilter(Clients::failInsteadOfSendingAgain)
                .requestQueueSize(settings.waiting())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(settings.timeout())
                        .keepAlive(SocketOptions.KeepAliveOptions.builder()
                                .enable()
                                .idle(Duration.ofSeconds(30))
                                .interval(Duration.ofSeconds(10))
                                .count(3)
                                .build())
                        .build())
                .timeoutOptions(TimeoutOptions.create())
                .build();
    }

    /** Asked for each command that was sent but not answered when the connection broke; true keeps it from being resent. */
    private static boolean failInsteadOfSendingAgain(RedisCommand<?, ?, ?> command) {
        command.completeExceptionally(
                new RedisConnectionException("the connection broke before the answer: the outcome is unknown"));
        return true;
    }
}
