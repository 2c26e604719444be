package dev.coatcheck.endpoints;

import dev.coatcheck.Exchange;
import dev.coatcheck.Problem;
import dev.coatcheck.ProblemException;
import dev.coatcheck.http.ClientNetwork;
import dev.coatcheck.http.WebResponse;
import dev.coatcheck.session.EventPolicy;
import dev.coatcheck.store.SessionSignal;
import dev.coatcheck.store.SessionSignals;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * {@code GET /auth/events}: tells the pages of a session, by server-sent events, that it ended, is about to expire or changed.
 *
 * <p>What {@link SessionSignals} tell is passed on at once. They may be missing or cut, so every session that a stream is open for is
 * also looked at in the store once per heartbeat: by then at the latest its end is told. A stream is an onlooker: it never counts as
 * activity, and holds a connection, no thread.
 *
 * <p>Mount it with {@link AuthEndpoints#withEvents}; {@link #close} tells every reader to come back later and ends all streams.
 */
public final class SessionEvents implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SessionEvents.class.getName());
    private static final Duration USUAL_TICK = Duration.ofMillis(250);
    private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(1);
    private static final Duration COME_BACK = Duration.ofSeconds(2);
    private static final Duration WITH_LUCK_FREE = Duration.ofSeconds(5);
    private static final int LOOKERS = 4;

    private final SessionStore store;
    private final EventPolicy policy;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final StreamPlaces places;
    private final Map<SessionId, WatchedSession> watched = new ConcurrentHashMap<>();
    private final ScheduledExecutorService teller;
    private final ExecutorService lookers;
    private final Optional<SessionSignals.Subscription> subscription;
    private volatile Optional<ScheduledFuture<?>> ticks = Optional.empty();
    private volatile boolean closed;

    private SessionEvents(SessionStore store, EventPolicy policy, InstantSource clock, RandomGenerator random) {
        this.store = store;
        this.policy = policy;
        this.clock = clock;
        this.random = random;
        this.places = new StreamPlaces(policy);
        this.teller = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "coatcheck-events"));
        this.lookers = lookers();
        this.subscription = store.signals().map(signals -> signals.subscribe(new Ear()));
    }

    /**
     * Watches the sessions of this store, from now until {@link #close}.
     *
     * @param clock by which sessions expire: the pipeline's
     * @param random spreads what would otherwise happen to all streams at once
     */
    public static SessionEvents over(
            SessionStore store, EventPolicy policy, InstantSource clock, RandomGenerator random) {
        SessionEvents events = new SessionEvents(store, policy, clock, random);
        events.start();
        return events;
    }

    private void start() {
        long tick = Math.min(USUAL_TICK.toNanos(), policy.heartbeat().toNanos() / 4);
        ticks = Optional.of(teller.scheduleWithFixedDelay(this::tick, tick, tick, TimeUnit.NANOSECONDS));
    }

    /** How many streams are open here. */
    public int open() {
        return places.all();
    }

    /** Answers {@code GET /auth/events}. */
    WebResponse answer(Exchange exchange) {
        exchange.lookOnly();
        AuthEndpoints.requireSignedIn(exchange);
        if (closed) {
            throw ProblemException.of(Problem.unavailable(COME_BACK));
        }
        return exchange.commitHead().fold(ready -> stream(exchange), refused -> refused);
    }

    private WebResponse stream(Exchange exchange) {
        StoredSession session = exchange.session().stored().orElseThrow();
        WebResponse head = WebResponse.status(200).with("X-Accel-Buffering", "no");
        if (exchange.request().method().equals("HEAD")) {
            return head.with("Content-Type", "text/event-stream");
        }
        StreamPlaces.Place place = new StreamPlaces.Place(
                session.id(), session.principal().orElseThrow().id(), ClientNetwork.of(exchange.clientAddress()));
        places.take(place).ifPresent(full -> {
            throw ProblemException.of(Problem.eventsLimitReached(full, jittered(WITH_LUCK_FREE)));
        });
        return head.withStream("text/event-stream", watch(session, place));
    }

    private EventStream watch(StoredSession session, StreamPlaces.Place place) {
        EventStream stream = new EventStream(session.epoch(), aHeartbeatFromNow(), gone -> leave(gone, place));
        watched.compute(session.id(), (id, known) -> {
            if (known != null && known.join(stream)) {
                return known;
            }
            WatchedSession joined = known == null
                    ? new WatchedSession(session, policy, aHeartbeatFromNow())
                    : known.succeededBy(session, aHeartbeatFromNow());
            joined.join(stream);
            return joined;
        });
        stream.send(EventText.comeBack(jittered(COME_BACK)));
        if (closed) {
            stream.endWith(EventText.BEAT);
        }
        return stream;
    }

    private void leave(EventStream stream, StreamPlaces.Place place) {
        places.giveBack(place);
        watched.computeIfPresent(place.session(), (id, session) -> session.leave(stream) ? null : session);
    }

    /** One thread tells everything; it asks no store. */
    private void tick() {
        try {
            Instant now = clock.instant();
            long nanoTime = System.nanoTime();
            watched.forEach((id, session) -> serve(id, session, now, nanoTime));
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "Event streams were not served this time", e);
        }
    }

    /** What fails for one session is no other's business. */
    private void serve(SessionId id, WatchedSession session, Instant now, long nanoTime) {
        try {
            session.endWhenExpired(now);
            if (session.beginsLook(now, nanoTime)) {
                look(id, session);
            }
            for (EventStream stream : session.streams()) {
                if (stream.beatIsDue(nanoTime)) {
                    stream.beat(EventText.BEAT, aHeartbeatFromNow());
                }
            }
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "The streams of a session could not be served and are cut off", e);
            session.streams().forEach(EventStream::cut);
        }
    }

    private void look(SessionId id, WatchedSession session) {
        try {
            lookers.execute(() -> {
                if (!closed) {
                    Runnable then = looked(id, session);
                    tell(then);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.log(System.Logger.Level.TRACE, "Too late to look", e);
        }
    }

    private Runnable looked(SessionId id, WatchedSession session) {
        try {
            Optional<StoredSession> found = store.find(id);
            return () -> session.learn(found, clock.instant(), aHeartbeatFromNow());
        } catch (StoreUnavailableException e) {
            LOG.log(System.Logger.Level.DEBUG, "Looking at a session again later: {0}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "A session could not be looked at", e);
        }
        long again = System.nanoTime() + jittered(AFTER_A_FAILURE).toNanos();
        return () -> session.lookFailed(again);
    }

    private void tell(Runnable news) {
        try {
            teller.execute(news);
        } catch (RejectedExecutionException e) {
            LOG.log(System.Logger.Level.TRACE, "Too late to tell", e);
        }
    }

    /**
     * What signals say is looked up, never believed: a write may be told of that was refused in the end, and by whoever may
     * publish. The store brings the truth and the reason, for one read.
     */
    private final class Ear implements SessionSignals.Listener {
        @Override
        public void heard(SessionSignal signal) {
            WatchedSession session = watched.get(signal.id());
            if (session != null) {
                session.doubt();
            }
        }

        /** Everything is looked at anew, a thousand sessions a second, so that the store can bear it. */
        @Override
        public void missed() {
            tell(() -> {
                long spread = Math.min(policy.heartbeat().toNanos(), TimeUnit.MILLISECONDS.toNanos(watched.size()));
                long nanoTime = System.nanoTime();
                watched.values().forEach(session -> session.lookBy(nanoTime + random.nextLong(spread + 1)));
            });
        }
    }

    /** Tells every reader when to come back, and ends its stream; whoever asks from now on is answered 503. */
    @Override
    public void close() {
        closed = true;
        subscription.ifPresent(SessionSignals.Subscription::close);
        watched.values()
                .forEach(session ->
                        session.streams().forEach(stream -> stream.endWith(EventText.comeBack(jittered(COME_BACK)))));
        ticks.ifPresent(ticking -> ticking.cancel(false));
        teller.shutdown();
        lookers.shutdown();
    }

    /** Between 0.8 and 1 heartbeat, so that streams that were opened together do not stay together. */
    private long aHeartbeatFromNow() {
        long heartbeat = policy.heartbeat().toNanos();
        return System.nanoTime() + heartbeat - random.nextLong(heartbeat / 5);
    }

    private Duration jittered(Duration least) {
        return least.plusMillis(random.nextLong(least.toMillis()));
    }

    private static ExecutorService lookers() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                LOOKERS,
                LOOKERS,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> daemon(task, "coatcheck-events-look"));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
