package dev.coatcheck.stores.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.protocol.RedisCommand;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How the client library is set up: bounded queues, bounded times, nothing sent twice. */
final class Clients {
    private static final System.Logger LOG = System.getLogger(Clients.class.getName());
    /** Nobody waits for it but who opens the store: what meets a broken connection is refused at once. */
    private static final Duration TO_CONNECT = Duration.ofSeconds(5);

    private static final Duration REFRESH_EVERY = Duration.ofSeconds(10);
    private static final Duration RECONNECT_AT_MOST_EVERY = Duration.ofMillis(500);

    private Clients() {}

    /** The first node that answers; it may be part of a Cluster. @throws RedisSetupException when none does */
    static RedisLink first(RedisSettings settings) {
        Authorities authorities = Authorities.of(settings.address());
        List<RedisURI> nodes = nodes(settings);
        RedisSetupException last = null;
        for (int i = 0; i < nodes.size(); i++) {
            RedisClient client = RedisClient.create(resources());
            try {
                client.setOptions(
                        options(ClientOptions.builder(), settings, authorities).build());
                return new RedisLink(new SingleWire(client, nodes.get(i)), settings.timeout());
            } catch (RedisException e) {
                shutDown(client);
                last = SetupRefusal.of(
                        settings.address(), settings.address().names().get(i), e);
            }
        }
        throw Objects.requireNonNull(last, "an address names at least one node");
    }

    /** The whole Cluster. @throws RedisSetupException when it can't be reached */
    static RedisLink cluster(RedisSettings settings) {
        Authorities authorities = Authorities.of(settings.address());
        List<RedisURI> nodes = nodes(settings);
        RedisClusterClient client = RedisClusterClient.create(resources(), nodes);
        try {
            ClusterClientOptions.Builder builder = ClusterClientOptions.builder();
            builder.topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                    .adaptiveRefreshTriggersTimeout(RECONNECT_AT_MOST_EVERY)
                    .enablePeriodicRefresh(REFRESH_EVERY)
                    .build());
            options(builder, settings, authorities);
            // Rejecting would also meet commands for a node whose connection is just being made for the first time.
            // What
            // meets a broken connection is failed by the filter all the same.
            builder.disconnectedBehavior(DisconnectedBehavior.ACCEPT_COMMANDS);
            client.setOptions(builder.build());
            return new RedisLink(new ClusterWire(client, nodes.get(0)), settings.timeout());
        } catch (RedisException e) {
            shutDown(client);
            throw SetupRefusal.ofNodes(settings.address(), e);
        }
    }

    private static List<RedisURI> nodes(RedisSettings settings) {
        List<RedisURI> nodes = settings.address().nodes();
        nodes.forEach(node -> {
            node.setTimeout(TO_CONNECT);
            node.getSentinels().forEach(sentinel -> sentinel.setTimeout(TO_CONNECT));
        });
        return nodes;
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

    private static ClientResources resources() {
        return DefaultClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .nettyCustomizer(new Pace())
                .reconnectDelay(() ->
                        Delay.exponential(Duration.ofMillis(10), RECONNECT_AT_MOST_EVERY, 2, TimeUnit.MILLISECONDS))
                .build();
    }

    /** For the connections of {@link RedisSignals}, which looks after them itself; with the same threads and authorities. */
    static RedisClient forSignals(AbstractRedisClient reading, boolean cluster) {
        RedisClient client = RedisClient.create(reading.getResources());
        ClientOptions.Builder options = ClientOptions.builder();
        if (cluster) {
            // With RESP2 what is told while an answer is under way would be handed on after it, and the answer is the
            // proof.
            options.protocolVersion(ProtocolVersion.RESP3);
        }
        client.setOptions(options.autoReconnect(false)
                .sslOptions(reading.getOptions().getSslOptions())
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(100)
                .socketOptions(
                        SocketOptions.builder().connectTimeout(TO_CONNECT).build())
                .timeoutOptions(TimeoutOptions.create())
                .build());
        return client;
    }

    private static ClientOptions.Builder options(
            ClientOptions.Builder builder, RedisSettings settings, Authorities authorities) {
        return builder.autoReconnect(true)
                .sslOptions(authorities.options(TO_CONNECT))
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .replayFilter(Clients::failInsteadOfSendingAgain)
                .requestQueueSize(settings.waiting())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(TO_CONNECT)
                        .keepAlive(SocketOptions.KeepAliveOptions.builder()
                                .enable()
                                .idle(Duration.ofSeconds(30))
                                .interval(Duration.ofSeconds(10))
                                .count(3)
                                .build())
                        .build())
                .timeoutOptions(TimeoutOptions.create());
    }

    /** Asked for each command that would wait for a new connection, sent or not; true keeps it from being sent then. */
    private static boolean failInsteadOfSendingAgain(RedisCommand<?, ?, ?> command) {
        command.completeExceptionally(
                new RedisConnectionException("the connection broke before the answer: the outcome is unknown"));
        return true;
    }
}
