package dev.coatcheck.stores.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Listens to one master: one connection, which is made anew when it breaks or falls silent. The client library's own
 * reconnecting is off, so that whatever is heard belongs to a known connection.
 */
final class Ear {
    private static final System.Logger LOG = System.getLogger(RedisSessionStore.class.getName());
    private static final Duration SILENCE = Duration.ofSeconds(1);
    private static final Duration TO_CONNECT = Duration.ofSeconds(2);

    private final RedisURI master;
    private final RedisSignals signals;
    private final Pause pause = new Pause(RedisSignals.EVERY);
    private String lastReason = "";
    private volatile @Nullable Line line;
    private volatile boolean closed;

    Ear(RedisURI master, RedisSignals signals) {
        this.master = master;
        this.signals = signals;
    }

    String name() {
        return Masters.name(master);
    }

    /** What is proven, as long as this is the view. */
    OptionalLong provenAt(View view) {
        Line current = line;
        Proof proof = current == null ? null : current.proof;
        return proof == null || proof.view() != view ? OptionalLong.empty() : OptionalLong.of(proof.sentAt());
    }

    /** Pings, or connects, or gives up what is silent. Always from the same thread. */
    void tick() {
        Line current = line;
        if (current != null && current.isLost()) {
            LOG.log(current.connection == null ? Level.DEBUG : Level.INFO, "connecting anew to hear {0}", name());
            if (current.underWay.get() != null) {
                signals.wireIsSilent();
            }
            current.close();
            line = null;
            pause.begin();
        } else if (current != null) {
            if (current.proof != null) {
                pause.succeeded();
            }
            current.ping();
        } else if (!closed && pause.isOver()) {
            line = signals.client()
                    .map(client -> {
                        Line fresh = new Line();
                        fresh.listenOn(client.connectPubSubAsync(TextCodec.UTF8, master));
                        return fresh;
                    })
                    .orElse(null);
        }
    }

    /** Because what is behind the address may be another server now. */
    void connectAnew() {
        Line current = line;
        if (current != null) {
            current.close();
            line = null;
            pause.succeeded();
        }
    }

    void close() {
        closed = true;
        Line current = line;
        if (current != null) {
            current.close();
        }
    }

    /** What the client library hides behind "unable to connect". */
    private static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null
                && (cause instanceof CompletionException || cause instanceof RedisConnectionException)) {
            cause = cause.getCause();
        }
        return cause;
    }

    private synchronized void forgetReason() {
        lastReason = "";
    }

    /** Each reason once until the next proof, however often it is met. */
    private synchronized void warn(String reason) {
        LOG.log(reason.equals(lastReason) ? Level.DEBUG : Level.WARNING, "{0} {1}", name(), reason);
        lastReason = reason;
    }

    /** That everything is heard that was told before this instant, as long as the view holds. */
    private record Proof(View view, long sentAt) {}

    /** A ping on its way: through the connection that reads, and back to the ear. */
    private record Sent(String ping, long at, long connections, CompletableFuture<Void> heard) {}

    /** One connection from its first attempt to its end. Signals and answers come on its one thread, in order. */
    private final class Line {
        private final long since = System.nanoTime();
        private final AtomicReference<@Nullable Sent> underWay = new AtomicReference<>();
        private volatile @Nullable StatefulRedisPubSubConnection<String, String> connection;
        private volatile @Nullable Proof proof;
        private volatile boolean subscribed;
        private volatile boolean lost;
        /** Whether something was asked and nothing answered since {@link #askedAt}. */
        private volatile boolean waiting;

        private volatile long askedAt;
        // Of whoever brings an answer: there is never more than one under way.
        private volatile boolean answeredBefore;
        /** How the server that is heard stood before it was listened to; the one that is read has to stand so too. */
        private volatile Standing heard = Standing.of("");

        private @Nullable ClusterWord lastWord;
        private @Nullable View lastView;

        void listenOn(CompletionStage<StatefulRedisPubSubConnection<String, String>> connecting) {
            connecting.whenComplete((made, failure) -> {
                if (failure != null) {
                    refused("to be heard", cause(failure));
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
                        if (RedisSignals.isPing(text)) {
                            heardPing(text);
                        } else {
                            signals.hear(text);
                        }
                    }

                    @Override
                    public void subscribed(String channel, long count) {
                        subscribed = true;
                        signals.onThread(Line.this::ping);
                    }
                });
                made.addListener(new RedisConnectionStateListener() {
                    @Override
                    public void onRedisDisconnected(RedisChannelHandler<?, ?> gone) {
                        giveUp();
                    }
                });
                if (signals.inCluster()) {
                    subscribe(made);
                } else {
                    subscribeToMaster(made);
                }
            });
        }

        /** A replica that takes a whole copy of its master may miss words before it, and pass on the pings after it. */
        private void subscribeToMaster(StatefulRedisPubSubConnection<String, String> made) {
            made.async().info("replication").whenComplete((info, failure) -> {
                if (failure != null) {
                    refused("to say whether it is a replica", failure);
                    return;
                }
                heard = Standing.of(info);
                if (heard.isReplica()) {
                    warn("is a replica now: nothing that is kept in memory is believed until a master is found there");
                    giveUp();
                } else {
                    subscribe(made);
                }
            });
        }

        private void subscribe(StatefulRedisPubSubConnection<String, String> made) {
            made.async().subscribe(signals.channel()).exceptionally(reason -> {
                refused("to tell " + signals.channel(), reason);
                return null;
            });
        }

        /** Said unless the line was lost before, and the line is given up. */
        private void refused(String what, Throwable reason) {
            if (!lost) {
                warn("refuses " + what + ": " + SetupRefusal.withoutArguments(String.valueOf(reason.getMessage())));
            }
            giveUp();
        }

        /** One at a time, and on one thread. */
        void ping() {
            StatefulRedisPubSubConnection<String, String> on = connection;
            if (on == null || !subscribed || lost) {
                return;
            }
            if (signals.inCluster()) {
                ask(on);
            } else {
                sendPing();
            }
        }

        private long begin() {
            long now = System.nanoTime();
            if (!waiting) {
                askedAt = now;
                waiting = true;
            }
            return now;
        }

        /** By the connection that reads: only when it leads to the server that is heard does the ping come back. */
        private void sendPing() {
            if (underWay.get() != null) {
                return;
            }
            Sent sent = new Sent(signals.nextPing(), begin(), signals.connections(), new CompletableFuture<>());
            underWay.set(sent);
            CompletableFuture.completedStage(sent.ping())
                    .thenCompose(signals::publish)
                    .thenCompose(standing -> {
                        if (standing.isReplica()) {
                            signals.wireIsMisled();
                        }
                        return sent.heard().thenApply(heard -> standing);
                    })
                    .whenComplete((standing, failure) -> {
                        if (failure == null) {
                            cameBack(sent, standing);
                        } else {
                            LOG.log(Level.DEBUG, "no ping to {0}: {1}", name(), failure);
                            underWay.compareAndSet(sent, null);
                        }
                    });
        }

        private void heardPing(String ping) {
            Sent sent = underWay.get();
            if (sent != null && sent.ping().equals(ping)) {
                sent.heard().complete(null);
            }
        }

        /** The next one is sent after all this. */
        private void cameBack(Sent sent, Standing standing) {
            if (!lost && sent.equals(underWay.get())) {
                if (sent.connections() == signals.connections() && isStillThatMaster(standing)) {
                    signals.wireAnswers();
                    proven(signals.view(), sent.at());
                } else {
                    giveUp();
                }
            }
            underWay.compareAndSet(sent, null);
        }

        /** What a replica is told by its master it tells nobody, and then hands out what it was told. */
        private boolean isStillThatMaster(Standing now) {
            boolean still = now.equals(heard);
            if (!still) {
                warn("is not the master that it was: what was kept in memory is read again");
            }
            return still;
        }

        /**
         * Which server a ping of a Cluster comes from can't be told: each is passed on from node to node. So the node itself is
         * asked, on the connection that is heard.
         */
        private void ask(StatefulRedisPubSubConnection<String, String> on) {
            if (waiting) {
                return;
            }
            View asked = signals.view();
            long at = begin();
            on.async()
                    .role()
                    .thenCombine(on.async().clusterInfo(), ClusterWord::of)
                    .whenComplete((word, failure) -> {
                        if (failure == null) {
                            answered(asked, word, at);
                        } else {
                            refused("to say how the Cluster stands", failure);
                        }
                    });
        }

        private void answered(View asked, ClusterWord word, long at) {
            if (lost) {
                return;
            }
            boolean confirmed = asked == lastView && word.equals(lastWord);
            if ((asked == lastView && !confirmed) || !asked.fits(word)) {
                asked.end();
            }
            lastView = asked;
            lastWord = word;
            if (confirmed && !asked.isOver()) {
                proven(asked, at);
            } else {
                waiting = false;
            }
        }

        private void proven(View view, long at) {
            if (!answeredBefore) {
                answeredBefore = true;
                signals.missed();
            }
            proof = new Proof(view, at);
            waiting = false;
            forgetReason();
        }

        private void giveUp() {
            lost = true;
            proof = null;
        }

        boolean isLost() {
            long now = System.nanoTime();
            if (!lost
                    && (subscribed
                            ? waiting && now - askedAt > SILENCE.toNanos()
                            : now - since > TO_CONNECT.toNanos())) {
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
