package dev.coatcheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.ProblemException;
import dev.coatcheck.http.WebResponse;
import dev.coatcheck.session.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * A store's server stops, hangs and dies while people sign in, work and sign out through the pipeline. Whatever happens: nobody
 * is taken for somebody else, no answer is a 500, every answer comes in time, nobody who is signed in is told otherwise, what
 * was acknowledged holds, and all goes on by itself.
 *
 * <p>For a store whose server keeps, over a crash, what it acknowledged: set it up so.
 */
public abstract class StoreFaults extends PipelineFixture {
    private static final int PEOPLE = 16;
    private static final int BUSY = 200;
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(6);
    private static final Duration RECOVERY = Duration.ofSeconds(20);

    private final Queue<Person> signedIn = new ConcurrentLinkedQueue<>();
    private final Queue<Person> signedOut = new ConcurrentLinkedQueue<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger unavailable = new AtomicInteger();
    private final AtomicLong longestNanos = new AtomicLong();
    private final AtomicInteger names = new AtomicInteger();

    /** For subclasses. */
    protected StoreFaults() {}

    /** The store's server as a process. */
    public interface Server {
        /** Ends it at once, as {@code kill -9} does. */
        void kill();

        /** Ends it in an orderly way. */
        void stop();

        /** Starts it again on the same data and port, and waits until it accepts connections. */
        void startAgain();

        /** Halts it: connections stay and nothing is answered ({@code SIGSTOP}). */
        void pause();

        /** Lets it go on. */
        void resume();
    }

    /** The server that the store under test speaks to. */
    protected abstract Server server();

    /** Who signed in, and how many of their writes were acknowledged. */
    private static final class Person {
        final int number;
        final Principal principal;
        final Jar jar = new Jar();
        int written;

        Person(int number) {
            this.number = number;
            principal = Principal.of("person-" + number, "Person " + number);
        }
    }

    @Test
    void killedUnderLoadItLosesNothingThatWasAcknowledged() throws InterruptedException {
        under("kill -9", () -> {
            server().kill();
            server().startAgain();
        });
    }

    @Test
    void stoppedAndStartedUnderLoadItLosesNothingThatWasAcknowledged() throws InterruptedException {
        under("stop and start", () -> {
            server().stop();
            server().startAgain();
        });
    }

    @Test
    void haltedUnderLoadItIsUnavailableAndGoesOn() throws InterruptedException {
        under("a halt of 5 s", () -> {
            server().pause();
            try {
                TimeUnit.SECONDS.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                server().resume();
            }
        });
        assertThat(unavailable).as("answers 503 while it was halted").hasPositiveValue();
    }

    private void under(String fault, Runnable happens) throws InterruptedException {
        for (int round = 0; round < Rounds.of(1, 5); round++) {
            AtomicBoolean stop = new AtomicBoolean();
            CountDownLatch busy = new CountDownLatch(BUSY);
            Thread load = new Thread(() -> {
                try {
                    Race.of(PEOPLE, i -> () -> {
                        while (!stop.get() && wrong.isEmpty()) {
                            live(busy);
                        }
                        return i;
                    });
                } catch (AssertionError e) {
                    wrong.add(e + " caused by " + e.getCause());
                }
            });
            load.start();
            try {
                assertThat(busy.await(60, TimeUnit.SECONDS))
                        .as("the load runs: %s", wrong)
                        .isTrue();
                happens.run();
                long since = System.nanoTime();
                Person somebody = signedIn.element();
                await("it answers again", () -> read(somebody) == 200);
                long back = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
                int before = answered.get();
                await("people go on", () -> answered.get() > before + BUSY || !wrong.isEmpty());
                stop.set(true);
                load.join();
                System.out.printf(
                        "%s: back after %d ms; %d answers, %d of them 503, the longest took %d ms; %d signed in, %d signed out%n",
                        fault,
                        back,
                        answered.get(),
                        unavailable.get(),
                        TimeUnit.NANOSECONDS.toMillis(longestNanos.get()),
                        signedIn.size(),
                        signedOut.size());
            } finally {
                stop.set(true);
                load.join();
            }
            check();
        }
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        for (long end = System.nanoTime() + RECOVERY.toNanos(); !condition.getAsBoolean(); ) {
            assertThat(System.nanoTime()).as("in time: %s", what).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private void check() {
        assertThat(wrong).isEmpty();
        assertThat(Duration.ofNanos(longestNanos.get())).isLessThan(LONGEST_ANSWER);
        assertThat(signedOut)
                .isNotEmpty()
                .allSatisfy(person -> assertThat(read(person))
                        .as("%s signed out", person.principal.name())
                        .isEqualTo(401));
        assertThat(signedIn).isNotEmpty().allSatisfy(person -> {
            WebResponse answer = get(person.jar.copy(), exchange -> {
                assertThat(exchange.session().principal()).contains(person.principal);
                assertThat(exchange.session().get("n", Integer.class).orElse(0))
                        .as("writes of %s", person.principal.name())
                        .isGreaterThanOrEqualTo(person.written);
            });
            assertThat(answer.status()).isEqualTo(200);
        });
    }

    /** One person's visit: sign in, read, write, and for every other one, sign out. */
    private void live(CountDownLatch busy) {
        Person person = new Person(names.incrementAndGet());
        int entered = ask(() -> post(person.jar, exchange -> {
            exchange.session().signIn(person.principal);
            exchange.handOutCsrf();
        }));
        if (entered != 200) {
            expect("sign-in", entered, 200, 503);
            aMoment();
            return;
        }
        for (int i = 0; i < 3; i++) {
            expect("read", read(person), 200, 503);
            int wrote = ask(() -> post(
                    person.jar,
                    exchange -> exchange.session().update("n", Integer.class, known -> known.orElse(0) + 1)));
            expect("write", wrote, 200, 503);
            person.written += wrote == 200 ? 1 : 0;
            busy.countDown();
        }
        if (person.number % 2 == 0) {
            signedIn.add(person);
            return;
        }
        int left =
                ask(() -> post(person.jar.copy(), exchange -> exchange.session().signOut()));
        expect("sign-out", left, 200, 503);
        if (left == 200) {
            signedOut.add(person);
        }
    }

    /** Nobody hammers at a door that is shut: the server that comes back needs the processor too. */
    private static void aMoment() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }

    private int read(Person person) {
        return ask(() -> get(person.jar.copy(), exchange -> {
            if (exchange.session().principal().isEmpty()) {
                throw ProblemException.of(exchange.caller().whyNotSignedIn());
            }
            if (!exchange.session().principal().get().equals(person.principal)) {
                wrong.add(person.principal + " was taken for "
                        + exchange.session().principal());
            }
        }));
    }

    private int ask(Supplier<WebResponse> request) {
        long began = System.nanoTime();
        int status = request.get().status();
        longestNanos.accumulateAndGet(System.nanoTime() - began, Math::max);
        answered.incrementAndGet();
        if (status == 503) {
            unavailable.incrementAndGet();
        }
        return status;
    }

    private void expect(String what, int status, Integer... expected) {
        if (!List.of(expected).contains(status)) {
            wrong.add(what + " was answered " + status);
        }
    }
}
