package dev.coatcheck.stores.redis;

import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.LocalSignals;
import dev.coatcheck.store.SessionSignal;
import dev.coatcheck.store.SessionSignals;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.token.SessionId;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the scripts tell, heard on one connection of its own to each master: a server publishes within the script that
 * writes, and answers a ping after what it published before. Only while every master answers is anything proven. The
 * connections are opened with the first subscription and stay until the store is closed.
 *
 * <p>In a Cluster a master may come without being heard of. Each ping there asks for the cluster's epoch, which rises with
 * every change of masters and slots: while one of them names another epoch than the one that the masters were looked up
 * in, nothing is proven.
 */
final class RedisSignals implements SessionSignals, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RedisSessionStore.class.getName());
    private static final Duration EVERY = Duration.ofMillis(200);
    /** What no server says: a stand-alone server has no epochs. */
    static final long NO_EPOCH = -1;

    private final Wire wire;
    private final String channel;
    private final LocalSignals listeners = LocalSignals.ofThisProcessAlone();
    private @Nullable RedisClient client;
    private @Nullable ScheduledExecutorService thread;
    private boolean closed;

    /** Of all masters; empty while it is not known who they are. */
    private volatile List<Ear> ears = List.of();
    /** The epoch that the masters were looked up in. */
    private volatile long epoch = NO_EPOCH;
    /** The latest epoch that a master named. */
    private volatile long latestEpoch = NO_EPOCH;

    private boolean looking;

    RedisSignals(Wire wire, String channel) {
        this.wire = wire;
        this.channel = channel;
    }

    /** A server that forbids the channel would refuse every write: better to know at once. */
    void checkThatItMayBeTold(RedisLink link, String channel) {
        try {
            link.await("telling " + channel, link.wire().commands().publish(channel, "P"));
        } catch (StoreUnavailableException e) {
            if (String.valueOf(e.getMessage()).contains("NOPERM")) {
                throw StoreUnavailableException.during(
                        "telling the channel " + channel + " (let the user: ACL SETUSER … &" + channel
                                + " +publish +subscribe)",
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
            client = Clients.forSignals(wire.resources());
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
        if (all.isEmpty()) {
            return OptionalLong.empty();
        }
        OptionalLong oldest = all.get(0).provenAt();
        for (int i = 1; i < all.size() && oldest.isPresent(); i++) {
            OptionalLong proven = all.get(i).provenAt();
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
            if (wire.manySlots() && latestEpoch != epoch) {
                lookForMasters();
            }
            followMasters();
            ears.forEach(Ear::tick);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "the signals of sessions in Redis stumbled, and go on", e);
        }
    }

    private void lookForMasters() {
        if (looking) {
            return;
        }
        looking = true;
        long seen = latestEpoch;
        wire.lookForMasters()
                .whenComplete((done, failure) -> onThread(() -> {
                    looking = false;
                    if (failure == null) {
                        hearOnly(masters());
                        epoch = seen;
                    }
                }));
    }

    private void onThread(Runnable step) {
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

    private void followMasters() {
        List<RedisURI> masters = masters();
        List<String> known = ears.stream().map(Ear::name).toList();
        if (!known.equals(names(masters))) {
            hearOnly(masters);
        }
    }

    private List<RedisURI> masters() {
        return wire.masters().stream()
                .sorted((one, other) -> one.toString().compareTo(other.toString()))
                .toList();
    }

    private static List<String> names(List<RedisURI> masters) {
        return masters.stream().map(RedisURI::toString).toList();
    }

    /** From now on these are the masters; what the former ones still had to say is missed. */
    private void hearOnly(List<RedisURI> masters) {
        List<Ear> before = ears;
        List<Ear> after = new ArrayList<>();
        for (RedisURI master : masters) {
            after.add(before.stream()
                    .filter(ear -> ear.name().equals(master.toString()))
                    .findAny()
                    .orElseGet(() -> new Ear(master, this)));
        }
        ears = List.of();
        before.stream().filter(ear -> !after.contains(ear)).forEach(Ear::close);
        if (!before.isEmpty()) {
            listeners.tellMissed();
        }
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

    /** Whether a ping asks for the epoch. */
    boolean hasEpochs() {
        return wire.manySlots();
    }

    /** Whether this is the epoch that the masters were looked up in; if not, they will be looked up. */
    boolean holds(long named) {
        if (named > latestEpoch) {
            latestEpoch = named;
        }
        return named == epoch;
    }

    void missed() {
        listeners.tellMissed();
    }

    /** {@code W id}, {@code E reason id}, or {@code P}, which is somebody who tries whether they may. */
    void hear(String text) {
        String[] words = text.split(" ", -1);
        Optional<SessionId> id = SessionId.parse(words[words.length - 1]);
        if (words.length == 2 && words[0].equals("W") && id.isPresent()) {
            listeners.tell(new SessionSignal.Written(id.get()));
        } else if (words.length == 3 && words[0].equals("E") && id.isPresent()) {
            listeners.tell(reason(words[1])
                    .<SessionSignal>map(why -> new SessionSignal.Ended(id.get(), why))
                    .orElseGet(() -> new SessionSignal.Written(id.get())));
        } else if (!text.equals("P")) {
            LOG.log(Level.DEBUG, "a signal that this release does not know: taken for everything");
            listeners.tellMissed();
        }
    }

    /** A newer release may know more. */
    private static Optional<EndReason> reason(String name) {
        for (EndReason reason : EndReason.values()) {
            if (reason.name().equals(name)) {
                return Optional.of(reason);
            }
        }
        return Optional.empty();
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
