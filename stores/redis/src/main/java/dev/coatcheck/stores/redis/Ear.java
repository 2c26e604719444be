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
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
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
    private static final Pattern PROCESS = Pattern.compile("(?m)^run_id:(\\w+)");

    private final RedisURI master;
    private final RedisSignals signals;
    private final Pause pause = new Pause(RedisSignals.EVERY);
    private String lastReason = "";
    private boolean saidWhatItCosts;
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

    /** The name of the line that is proven, if it was the only one at the latest look, and may be used this way. */
    String onlyOne(Way way) {
        Line current = line;
        return current != null && current.alone && current.proof != null && current.number == way.number()
                ? current.name
                : RedisSignals.NO_EAR;
    }

    /** Pings, or connects, or gives up what is silent. Always from the same thread. */
    void tick() {
        Line current = line;
        if (current != null && current.isLost()) {
            LOG.log(current.connection == null ? Level.DEBUG : Level.INFO, "connecting anew to hear {0}", name());
            if (current.underWay.get() != null || current.doubtsReader) {
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

    private void refused(String what, Throwable reason) {
        warn("refuses " + what + ": " + reason.getMessage());
    }

    /** Each reason once, however often it is met. */
    private synchronized void warn(String reason) {
        LOG.log(reason.equals(lastReason) ? Level.DEBUG : Level.WARNING, "{0} {1}", name(), reason);
        lastReason = reason;
    }

    private synchronized void cannotCount(Throwable reason) {
        LOG.log(
                saidWhatItCosts ? Level.DEBUG : Level.INFO,
                "{0} does not say how many listen, so this node is told of its own writes too, which costs a little. To save it,"
                        + " let the user: ACL SETUSER … &{1}* +pubsub|numsub ({2})",
                name(),
                signals.channel(),
                reason.getMessage());
        saidWhatItCosts = true;
    }

    private static boolean isForbidden(Throwable reason) {
        return String.valueOf(reason.getMessage()).contains("NOPERM");
    }

    /** That everything is heard that was told before this instant, as long as the view holds. */
    private record Proof(View view, long sentAt) {}

    /** A ping on its way: through the connection that reads, and back to the ear. */
    private static final class Sent {
        private final String ping;
        private final long at;
        private boolean heard;
        private boolean answered;

        Sent(String ping, long at) {
            this.ping = ping;
            this.at = at;
        }

        /** Whether it was answered before. */
        synchronized boolean isHeard() {
            heard = true;
            return answered;
        }

        /** Whether it was heard before. */
        synchronized boolean isAnswered() {
            answered = true;
            return heard;
        }
    }

    /** One connection from its first attempt to its end. Signals and answers come on its one thread, in order. */
    private final class Line {
        /** Nobody else's: who listens to the channel of this name as well is this line. */
        private final String name = UUID.randomUUID().toString();
        /** Of the connection that reads: with another one, this line proves nothing. */
        private final long number = signals.connections();

        private final long since = System.nanoTime();
        private final AtomicReference<@Nullable Sent> underWay = new AtomicReference<>();
        private volatile @Nullable StatefulRedisPubSubConnection<String, String> connection;
        private volatile @Nullable Proof proof;
        private volatile boolean subscribed;
        private volatile boolean lost;
        /** Where pings come: the channel of its own, if the server allows that. */
        private volatile String pinged = signals.channel();

        private volatile boolean mayCount = true;
        /** Whether nobody else listened at the latest look. */
        private volatile boolean alone;
        /** Whether the connection that reads has yet to say where it leads, or leads elsewhere. */
        private volatile boolean doubtsReader;
        /** Whether something was asked and nothing answered since {@link #askedAt}. */
        private volatile boolean waiting;

        private volatile long askedAt;
        private volatile boolean answeredBefore;

        private @Nullable ClusterWord lastWord;
        private @Nullable View lastView;

        void listenOn(CompletionStage<StatefulRedisPubSubConnection<String, String>> connecting) {
            connecting.whenComplete((made, failure) -> {
                if (failure != null) {
                    if (!lost) {
                        refused("to be heard", cause(failure));
                    }
                    giveUp();
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
                        if (channel.equals(pinged)) {
                            subscribed = true;
                            signals.onThread(Line.this::ping);
                        }
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
                    compareWithReader(made);
                }
            });
        }

        /** A ping comes to a replica too, by its master; what is not published there does not. */
        private void compareWithReader(StatefulRedisPubSubConnection<String, String> made) {
            doubtsReader = true;
            CompletionStage<String> read = CompletableFuture.completedStage(signals.way())
                    .thenCompose(way -> way.commands().info());
            made.async().info().thenCombine(read, this::sameServer).whenComplete((same, failure) -> {
                if (failure != null) {
                    LOG.log(Level.DEBUG, "can''t tell yet what {0} leads to: {1}", name(), failure);
                    doubtsReader = false;
                    giveUp();
                } else if (same) {
                    subscribeToBoth(made);
                } else {
                    giveUp();
                }
            });
        }

        private boolean sameServer(String heard, String read) {
            Matcher here = PROCESS.matcher(heard);
            Matcher there = PROCESS.matcher(read);
            boolean same = here.find() && there.find() && here.group(1).equals(there.group(1));
            // One that hears a replica is itself to blame.
            doubtsReader = !same && heard.contains("role:master");
            if (!same) {
                warn(
                        "leads to another server than the connection that reads: until that is over, what this node keeps in"
                                + " memory is not believed");
            }
            return same;
        }

        /** In one step: whoever is counted on the second is counted on the first. */
        private void subscribeToBoth(StatefulRedisPubSubConnection<String, String> made) {
            String own = signals.channel() + ":" + name;
            pinged = own;
            made.async().subscribe(signals.channel(), own).exceptionally(reason -> {
                if (isForbidden(reason)) {
                    cannotCount(reason);
                    pinged = signals.channel();
                    subscribe(made);
                } else {
                    giveUp();
                }
                return null;
            });
        }

        private void subscribe(StatefulRedisPubSubConnection<String, String> made) {
            made.async().subscribe(signals.channel()).exceptionally(reason -> {
                if (!lost) {
                    refused("to tell " + signals.channel(), reason);
                }
                giveUp();
                return null;
            });
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

        /**
         * By the connection that reads. The ping comes back behind all that was told, and its answer behind the answers to all
         * that was written that way and told to nobody.
         */
        private void sendPing() {
            if (underWay.get() != null) {
                return;
            }
            Way way = signals.way();
            if (way.number() != number) {
                giveUp();
                return;
            }
            Sent sent = new Sent(signals.nextPing(), begin());
            underWay.set(sent);
            CompletableFuture.completedStage(way.commands())
                    .thenCompose(commands -> commands.publish(pinged, sent.ping))
                    .whenComplete((receivers, failure) -> {
                        if (failure != null) {
                            LOG.log(Level.DEBUG, "no ping to {0}: {1}", name(), failure);
                            underWay.compareAndSet(sent, null);
                        } else if (receivers > 0 && sent.isAnswered()) {
                            cameBack(sent);
                        }
                    });
            if (mayCount && !pinged.equals(signals.channel())) {
                count(way);
            }
        }

        /** A look only: each script looks for itself. */
        private void count(Way way) {
            CompletableFuture.completedStage(way.commands())
                    .thenCompose(commands -> commands.pubsubNumsub(signals.channel()))
                    .whenComplete((counts, failure) -> {
                        alone = failure == null && counts.getOrDefault(signals.channel(), 0L) == 1;
                        if (failure != null && isForbidden(failure)) {
                            mayCount = false;
                            cannotCount(failure);
                        }
                    });
        }

        private void heardPing(String ping) {
            Sent sent = underWay.get();
            if (sent != null && sent.ping.equals(ping) && sent.isHeard()) {
                cameBack(sent);
            }
        }

        private void cameBack(Sent sent) {
            if (lost || !underWay.compareAndSet(sent, null)) {
                return;
            }
            if (number != signals.connections()) {
                giveUp();
                return;
            }
            signals.wireAnswers();
            proven(signals.view(), sent.at);
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
                            if (!lost) {
                                refused("to say how the Cluster stands", failure);
                            }
                            giveUp();
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
