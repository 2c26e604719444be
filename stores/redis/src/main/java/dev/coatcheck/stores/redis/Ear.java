package dev.coatcheck.stores.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Listens to one master: one connection, which is made anew when it breaks or falls silent. The client library's own
 * reconnecting is off, so that whatever is heard belongs to a known connection.
 */
final class Ear {
    private static final System.Logger LOG = System.getLogger(RedisSessionStore.class.getName());
    private static final Duration SILENCE = Duration.ofSeconds(1);
    private static final Duration TO_CONNECT = Duration.ofSeconds(2);
    private static final Pattern EPOCH = Pattern.compile("cluster_current_epoch:(\\d+)");

    private final RedisURI master;
    private final RedisSignals signals;
    private volatile @Nullable Line line;
    private volatile boolean closed;

    Ear(RedisURI master, RedisSignals signals) {
        this.master = master;
        this.signals = signals;
    }

    String name() {
        return master.toString();
    }

    OptionalLong provenAt() {
        Line current = line;
        return current == null ? OptionalLong.empty() : current.provenAt;
    }

    /** Pings, or connects, or gives up what is silent. Always from the same thread. */
    void tick() {
        Line current = line;
        if (current != null && current.isLost()) {
            LOG.log(current.connection == null ? Level.DEBUG : Level.INFO, "connecting anew to hear {0}", name());
            current.close();
            current = null;
            line = null;
        }
        if (current != null) {
            current.ping();
        } else if (!closed) {
            line = signals.client()
                    .map(client -> {
                        Line fresh = new Line();
                        fresh.listenOn(client.connectPubSubAsync(StringCodec.UTF8, master));
                        return fresh;
                    })
                    .orElse(null);
        }
    }

    void close() {
        closed = true;
        Line current = line;
        if (current != null) {
            current.close();
        }
    }

    /** One connection from its first attempt to its end. Signals and answers come on its one thread, in order. */
    private final class Line {
        private final long since = System.nanoTime();
        private volatile @Nullable StatefulRedisPubSubConnection<String, String> connection;
        private volatile OptionalLong provenAt = OptionalLong.empty();
        private volatile boolean subscribed;
        private volatile boolean answeredBefore;
        private volatile boolean lost;
        private volatile boolean waiting;
        private volatile long sentAt;

        void listenOn(CompletionStage<StatefulRedisPubSubConnection<String, String>> connecting) {
            connecting.whenComplete((made, failure) -> {
                if (failure != null) {
                    LOG.log(Level.DEBUG, "can''t hear {0} yet: {1}", name(), failure);
                    lost = true;
                    return;
                }
                connection = made;
                if (lost) {
                    var unused = made.closeAsync();
                    return;
                }
                made.addListener(new RedisPubSubAdapter<String, String>() {
                    @Override
                    public void message(String channel, String text) {
                        signals.hear(text);
                    }

                    @Override
                    public void subscribed(String channel, long count) {
                        subscribed = true;
                    }
                });
                made.addListener(new RedisConnectionStateListener() {
                    @Override
                    public void onRedisDisconnected(RedisChannelHandler<?, ?> gone) {
                        giveUp();
                    }
                });
                made.async().subscribe(signals.channel()).exceptionally(refused -> {
                    LOG.log(Level.WARNING, "Redis refuses to tell {0}: {1}", signals.channel(), refused.getMessage());
                    giveUp();
                    return null;
                });
                ping();
            });
        }

        /** One at a time: the answer proves that what was published before it was sent has been heard. */
        void ping() {
            StatefulRedisPubSubConnection<String, String> on = connection;
            if (on == null || waiting || lost) {
                return;
            }
            long now = System.nanoTime();
            sentAt = now;
            waiting = true;
            CompletionStage<Long> answer = signals.hasEpochs()
                    ? on.async().clusterInfo().thenApply(Line::epoch)
                    : on.async().ping().thenApply(pong -> RedisSignals.NO_EPOCH);
            answer.whenComplete((epoch, failure) -> {
                if (failure != null) {
                    giveUp();
                } else {
                    answered(epoch, now);
                }
            });
        }

        private static long epoch(String clusterInfo) {
            Matcher matcher = EPOCH.matcher(clusterInfo);
            return matcher.find() ? Long.parseLong(matcher.group(1)) : RedisSignals.NO_EPOCH;
        }

        private void answered(long epoch, long askedAt) {
            if (lost) {
                return;
            }
            if (!subscribed) {
                giveUp();
                return;
            }
            if (!answeredBefore) {
                answeredBefore = true;
                signals.missed();
            }
            provenAt = signals.holds(epoch) ? OptionalLong.of(askedAt) : OptionalLong.empty();
            waiting = false;
        }

        private void giveUp() {
            lost = true;
            provenAt = OptionalLong.empty();
        }

        boolean isLost() {
            if (!lost
                    && (connection == null
                            ? System.nanoTime() - since > TO_CONNECT.toNanos()
                            : waiting && System.nanoTime() - sentAt > SILENCE.toNanos())) {
                giveUp();
            }
            return lost;
        }

        void close() {
            giveUp();
            StatefulRedisPubSubConnection<String, String> on = connection;
            if (on != null) {
                var unused = on.closeAsync();
            }
        }
    }
}
