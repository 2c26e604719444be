package dev.coatcheck.bench;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Created;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.Page;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionChange.AttributeChange;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoredSession;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** A store with a crowd in it, asked one thing after the other by one thread; every answer is checked. */
final class Crowded {
    private static final int LOADING = 16;

    private final SessionStore store;
    private final Crowd crowd;
    private final SplittableRandom random = new SplittableRandom(7);
    private long sessions;
    private long endedUsers;

    Crowded(SessionStore store, Crowd crowd) {
        this.store = store;
        this.crowd = crowd;
    }

    /** What is asked of it. */
    enum Question {
        READ("read one session", 1_000),
        WRITE("write one attribute", 500),
        LIST("list a user's sessions", 200),
        END_ALL("end all of a user's sessions", 10);

        /** For a table. */
        final String title;

        /** So often in one round. */
        final int times;

        Question(String title, int times) {
            this.title = title;
            this.times = times;
        }
    }

    /**
     * Signs the crowd in by the store's own {@code create}, whole users at a time, on 16 threads.
     *
     * @param within ends early when this is over
     * @param said is told the number so far now and then
     * @return how many are in
     */
    long load(long most, Duration within, LongConsumer said) {
        long end = System.nanoTime() + within.toNanos();
        AtomicLong nextUser = new AtomicLong();
        AtomicLong users = new AtomicLong();
        ExecutorService threads = Executors.newFixedThreadPool(LOADING);
        try {
            List<Future<?>> loading = new ArrayList<>();
            for (int i = 0; i < LOADING; i++) {
                Callable<Void> work = () -> {
                    for (long user = nextUser.getAndIncrement();
                            user * crowd.perUser() < most && System.nanoTime() - end < 0;
                            user = nextUser.getAndIncrement()) {
                        signIn(user);
                        long done = users.incrementAndGet();
                        if (done % 100 == 0) {
                            said.accept(done * crowd.perUser());
                        }
                    }
                    return null;
                };
                loading.add(threads.submit(work));
            }
            for (Future<?> thread : loading) {
                thread.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CannotMeasureException.because("Interrupted.", "Start again.", e);
        } catch (ExecutionException e) {
            throw CannotMeasureException.because("The store failed while it was filled: " + e.getCause() + ".", "", e);
        } finally {
            threads.shutdownNow();
        }
        // Users are taken in order, and none is left half done: the first so many are there.
        sessions = users.get() * crowd.perUser();
        return sessions;
    }

    private void signIn(long user) {
        for (long number = user * crowd.perUser(); number < (user + 1) * crowd.perUser(); number++) {
            Created created = store.create(crowd.session(number), PerUserLimit.DEFAULT);
            if (!(created instanceof Created.Stored stored) || !stored.ended().isEmpty()) {
                throw WrongAnswerException.to("create", "a stored session", created.toString());
            }
        }
    }

    /** Asks it so often as one round needs. @return microseconds for one */
    double ask(Question question) {
        long began = System.nanoTime();
        for (int i = 0; i < question.times; i++) {
            switch (question) {
                case READ -> read(anyLiving());
                case WRITE -> write(anyLiving());
                case LIST -> list(anyLiving() / crowd.perUser());
                case END_ALL -> endAll();
            }
        }
        return (System.nanoTime() - began) / 1e3 / question.times;
    }

    /** Users are ended from the last one downwards. */
    private long anyLiving() {
        return random.nextLong(sessions - endedUsers * crowd.perUser());
    }

    private void read(long number) {
        Optional<StoredSession> found = store.find(crowd.id(number));
        boolean right = found.filter(session -> session.aliveAt(crowd.born()))
                .flatMap(StoredSession::principal)
                .filter(principal -> principal.id().equals(crowd.user(number)))
                .isPresent();
        if (!right) {
            throw WrongAnswerException.to("find", "a session of " + crowd.user(number), found.toString());
        }
    }

    private void write(long number) {
        SessionChange change =
                SessionChange.NONE.with("language", new AttributeChange.Put(number % 2 == 0 ? "\"en\"" : "\"de\""));
        Changed changed = store.apply(crowd.id(number), new Guard(crowd.born(), 1), change);
        if (!(changed instanceof Changed.Applied)) {
            throw WrongAnswerException.to("apply", "an applied change", changed.toString());
        }
    }

    private void list(long number) {
        UserId user = crowd.owner(number);
        Page<StoredSession> page = store.list(user, Optional.empty(), crowd.perUser(), crowd.born());
        boolean right = page.items().size() == crowd.perUser()
                && page.items().stream()
                        .allMatch(session -> session.principal()
                                .filter(principal -> principal.id().equals(user))
                                .isPresent());
        if (!right) {
            throw WrongAnswerException.to(
                    "list",
                    crowd.perUser() + " sessions of " + user,
                    page.items().size() + " sessions");
        }
    }

    private void endAll() {
        endedUsers++;
        UserId user = crowd.owner(sessions / crowd.perUser() - endedUsers);
        int ended = store.endAll(user, Cutoff.everything(crowd.born()), EndReason.REVOKED_BY_USER, crowd.born())
                .size();
        if (ended != crowd.perUser()) {
            throw WrongAnswerException.to("endAll", crowd.perUser() + " endings", ended + " endings");
        }
    }

    /**
     * Forgets everything, in pieces, when all of it is long over.
     *
     * @return records a second; 0 when the store does nothing, since its server forgets by itself
     */
    double purge(int atOnce, Duration within) {
        Instant later = crowd.over().plus(Duration.ofDays(1));
        long began = System.nanoTime();
        long gone = 0;
        for (int last = atOnce; last > 0 && System.nanoTime() - began < within.toNanos(); ) {
            last = store.purge(later, atOnce);
            gone += last;
        }
        return gone / ((System.nanoTime() - began) / 1e9);
    }

    long sessions() {
        return sessions;
    }
}
