package dev.coatcheck.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.coatcheck.store.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TurnstileTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void asManyAtOnceAsAllowedAndNeverMore() throws Exception {
        Turnstile turnstile = new Turnstile(3, 1000, Duration.ofMinutes(1));
        CyclicBarrier three = new CyclicBarrier(3);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Future<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 3 * 50; i++) {
            all.add(threads.submit(() -> turnstile.inTurn("test", () -> {
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                meet(three);
                return inside.decrementAndGet();
            })));
        }
        for (Future<Integer> one : all) {
            one.get();
        }
        assertThat(most.get()).isEqualTo(3);
    }

    @Test
    void whoFindsTheQueueFullIsRefusedAtOnceAndThePlaceIsFreeAgainAfterwards() throws Exception {
        Turnstile turnstile = new Turnstile(1, 0, Duration.ofMinutes(1));
        CountDownLatch leave = new CountDownLatch(1);
        Future<String> first = occupied(turnstile, leave);
        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> turnstile.inTurn("checking", () -> "second"))
                .withMessageContaining("checking");
        leave.countDown();
        assertThat(first.get()).isEqualTo("first");
        assertThat(turnstile.inTurn("test", () -> "third")).isEqualTo("third");
    }

    @Test
    void whoWaitsTooLongOrIsInterruptedIsRefusedAndLeavesItsPlace() throws Exception {
        Turnstile turnstile = new Turnstile(1, 1, Duration.ofMillis(20));
        CountDownLatch leave = new CountDownLatch(1);
        Future<String> first = occupied(turnstile, leave);
        for (int i = 0; i < 3; i++) {
            assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> turnstile.inTurn("test", () -> "impatient"));
        }
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> turnstile.inTurn("test", () -> "interrupted"));
        assertThat(Thread.interrupted()).isTrue();
        leave.countDown();
        first.get();
        assertThat(turnstile.inTurn("test", () -> "next")).isEqualTo("next");
    }

    @Test
    void workThatThrowsLeavesItsPlace() {
        Turnstile turnstile = new Turnstile(1, 0, Duration.ZERO);
        for (int i = 0; i < 3; i++) {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> turnstile.inTurn("test", () -> {
                        throw new IllegalStateException("work");
                    }));
        }
        assertThat(turnstile.inTurn("test", () -> "next")).isEqualTo("next");
    }

    /** Somebody who is at work in there until told to leave. */
    private Future<String> occupied(Turnstile turnstile, CountDownLatch leave) throws InterruptedException {
        CountDownLatch entered = new CountDownLatch(1);
        Future<String> first = threads.submit(() -> turnstile.inTurn("test", () -> {
            entered.countDown();
            await(leave);
            return "first";
        }));
        entered.await();
        return first;
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
