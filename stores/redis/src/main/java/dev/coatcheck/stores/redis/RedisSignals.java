package dev.coatcheck.stores.redis;

import dev.coatcheck.store.LocalSignals;
import dev.coatcheck.store.SessionSignal;
import dev.coatcheck.store.SessionSignals;
import dev.coatcheck.store.StoreUnavailableException;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What the scripts tell, heard on one connection of its own to each master: a server publishes within the script that
 * writes. The connections are opened with the first subscription and stay until the store is closed.
 *
 * <p>What is proven is that the server which is heard is the one that is read. On a server alone, or the one that Sentinels
 * name, a ping is published by the connection that reads, and proves something only when it comes back to the ear, behind
 * everything that was published there before, and while that server is the same master as before: a replica is told what it
 * holds without a word to anybody. When the connection that reads is made anew, so is the ear.
 *
 * <p>In a Cluster every master is heard, those without slots too, and each is asked how it sees the Cluster: whether it is a
 * master, and how many have slots, in which epoch. While one of them says something else than when the masters were looked up,
 * or than another, nothing is proven, and they are looked up again; then each has to say the same twice.
 */
final class RedisSignals implements SessionSignals, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RedisSessionStore.class.getName());
    static final Duration EVERY = Duration.ofMillis(200);

    private final Wire wire;
    private final String channel;
    private final LocalSignals listeners = LocalSignals.ofThisProcessAlone();
    private @Nullable RedisClient client;
    private @Nullable ScheduledExecutorService thread;
    private boolean closed;

    /** Of all masters; empty while it is not known who they are. */
    private volatile List<Ear> ears = List.of();

    private volatile View view = View.none();

    /** Of pings that nobody else sends. */
    private final String own = UUID.randomUUID().toString();

    private final AtomicLong pings = new AtomicLong();

    // Of the one thread.
    private final Pause pause = new Pause(EVERY);
    private long connections;
    private boolean looking;

    RedisSignals(Wire wire, String channel) {
        this.wire = wire;
        this.channel = channel;
    }

    /** A server that forbids the channel would refuse every write: better to know at once. */
    static void checkThatItMayBeTold(RedisLink link, String channel, RedisAddress address) {
        try {
            link.await("telling " + channel, link.wire().commands().publish(channel, "P"));
        } catch (StoreUnavailableException e) {
            if (String.valueOf(e.getMessage()).contains("NOPERM")) {
                throw RedisSetupException.server(
                        address.toString(),
                        "the user may not use the channel " + channel,
                        "Let it: ACL SETUSER … &" + channel + " +publish +subscribe",
                        e);
            }
            throw e;
        }
    }

    @Override
    public Subscription subscribe(Listener listener) {
        Subscription subscription = listeners.subscribe(listener);
        begin();
        return subscription;
    }

    private synchronized void begin() {
        if (thread == null && !closed) {
            client = Clients.forSignals(wire.client(), wire.manySlots());
            connections = wire.connections();
            thread = Executors.newSingleThreadScheduledExecutor(work -> {
                Thread made = new Thread(work, "coatcheck-redis-signals");
                made.setDaemon(true);
                return made;
            });
            var unused = thread.scheduleWithFixedDelay(this::tick, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public OptionalLong provenAt() {
        List<Ear> all = ears;
        View current = view;
        if (all.isEmpty() || current.isOver()) {
            return OptionalLong.empty();
        }
        OptionalLong oldest = all.get(0).provenAt(current);
        for (int i = 1; i < all.size() && oldest.isPresent(); i++) {
            OptionalLong proven = all.get(i).provenAt(current);
            if (proven.isEmpty() || proven.getAsLong() - oldest.getAsLong() < 0) {
                oldest = proven;
            }
        }
        return oldest;
    }

    @Override
    public boolean reachEveryNode() {
        return true;
    }

    /** Looks after everything, on the one thread that does. */
    private void tick() {
        try {
            if (connections != wire.connections()) {
                connections = wire.connections();
                ears.forEach(Ear::connectAnew);
            }
            followMasters();
            if (provenAt().isPresent()) {
                pause.succeeded();
            }
            ears.forEach(Ear::tick);
        } catch (Throwable e) {
            // Also an error: thrown on, it would end the ticking, and nobody would be told.
            LOG.log(Level.WARNING, "the signals of sessions in Redis stumbled, and go on", e);
        }
    }

    private void followMasters() {
        if (!wire.manySlots()) {
            if (view.isOver()) {
                hearOnly(wire.masters());
            }
            return;
        }
        if (!view.masters().names().equals(wire.masters().names())) {
            view.end();
        }
        if (view.isOver() && !looking && pause.isOver()) {
            looking = true;
            pause.begin();
            wire.lookForMasters()
                    .whenComplete((done, failure) -> onThread(() -> {
                        looking = false;
                        if (failure == null) {
                            hearOnly(wire.masters());
                        }
                    }));
        }
    }

    void onThread(Runnable step) {
        ScheduledExecutorService executor;
        synchronized (this) {
            executor = thread;
        }
        if (executor != null) {
            try {
                executor.execute(step);
            } catch (RejectedExecutionException e) {
                LOG.log(Level.DEBUG, "the signals are closed", e);
            }
        }
    }

    /** From now on these are the masters; what the former ones still had to say is missed. */
    private void hearOnly(Masters masters) {
        List<Ear> before = ears;
        List<Ear> after = new ArrayList<>();
        for (RedisURI master : masters.all()) {
            after.add(before.stream()
                    .filter(ear -> ear.name().equals(Masters.name(master)))
                    .findAny()
                    .orElseGet(() -> new Ear(master, this)));
        }
        ears = List.of();
        before.stream().filter(ear -> !after.contains(ear)).forEach(Ear::close);
        if (!before.isEmpty()) {
            listeners.tellMissed();
        }
        view = new View(masters);
        ears = List.copyOf(after);
    }

    String channel() {
        return channel;
    }

    Optional<RedisClient> client() {
        synchronized (this) {
            return closed ? Optional.empty() : Optional.ofNullable(client);
        }
    }

    boolean inCluster() {
        return wire.manySlots();
    }

    View view() {
        return view;
    }

    /** What only this node's ear waits for, and only once. */
    String nextPing() {
        return "P " + own + " " + pings.incrementAndGet();
    }

    static boolean isPing(String text) {
        return text.startsWith("P ") || text.equals("P");
    }

    /** By the connection that reads. @return where that leads to, as of an instant after it was published */
    CompletionStage<Standing> publish(String text) {
        RedisClusterAsyncCommands<String, String> commands = wire.commands();
        CompletionStage<Long> published = commands.publish(channel, text);
        return commands.info("replication").thenCombine(published, (info, receivers) -> Standing.of(info));
    }

    /** A ping did not come back in time. Where little is read, nobody else would notice. */
    void wireIsSilent() {
        wire.unanswered();
    }

    void wireIsMisled() {
        wire.misled();
    }

    void wireAnswers() {
        wire.answered();
    }

    /** A number that changes whenever the connection that reads breaks or is replaced. */
    long connections() {
        return wire.connections();
    }

    void missed() {
        listeners.tellMissed();
    }

    void hear(String text) {
        read(text).ifPresentOrElse(listeners::tell, () -> {
            LOG.log(Level.DEBUG, "a signal that this release does not know: taken for everything");
            listeners.tellMissed();
        });
    }

    /**
     * {@code W id revision} or {@code E reason id}; {@code W id} of earlier releases, which take the revision for something
     * unknown and thereby for everything.
     */
    private static Optional<SessionSignal> read(String text) {
        return SessionSignal.parse(text, "W", "E");
    }

    @Override
    public void close() {
        RedisClient closing;
        synchronized (this) {
            closed = true;
            closing = client;
            if (thread != null) {
                thread.shutdownNow();
            }
        }
        ears = List.of();
        if (closing != null) {
            closing.shutdown(0, 1, TimeUnit.SECONDS);
        }
    }
}
