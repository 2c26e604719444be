package dev.coatcheck.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.session.UserId;
import dev.coatcheck.token.SessionId;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BoundedStoreTest {
    private static final BoundedStore.Bounds FEW =
            BoundedStore.Bounds.DEFAULT.withAtOnce(4).withPatience(Duration.ofMillis(200));

    private final SecureRandom random = new SecureRandom();
    private final MemorySessionStore real = new MemorySessionStore();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1000);
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch release = new CountDownLatch(1);
    private final ExecutorService callers = Executors.newCachedThreadPool();
    private volatile Runnable before = () -> {};

    @AfterEach
    void letGo() {
        release.countDown();
        callers.shutdownNow();
    }

    @Test
    void whoFindsNoPlaceInTimeIsRefused() throws Exception {
        before = this::hold;
        BoundedStore store = new BoundedStore(observed(), FEW);
        List<Future<?>> held = calls(store, 4);
        awaitInside(4);
        long began = System.nanoTime();
        assertThatThrownBy(() -> find(store))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("too much to do for find");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(190));
        assertThat(inside).hasValue(4);
        release.countDown();
        for (Future<?> call : held) {
            call.get(10, TimeUnit.SECONDS);
        }
        assertThat(find(store)).isEmpty();
    }

    @Test
    void onlySoManyWaitAndTheOthersAreRefusedAtOnce() throws Exception {
        before = this::hold;
        BoundedStore store = new BoundedStore(observed(), FEW.withPatience(Duration.ofMinutes(1)));
        calls(store, 4);
        awaitInside(4);
        List<Future<?>> crowd = calls(store, 17);
        long refused = 0;
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10); refused == 0 && System.nanoTime() < end; ) {
            refused = crowd.stream().filter(Future::isDone).count();
            Thread.onSpinWait();
        }
        assertThat(refused).isEqualTo(1);
        assertThat(asked).hasValue(4);
    }

    @Test
    void aSignOutHasAPlaceOfItsOwn() throws Exception {
        before = this::hold;
        BoundedStore store = new BoundedStore(observed(), FEW);
        calls(store, 4);
        awaitInside(4);
        before = () -> {};
        assertThat(store.end(id(), EndReason.SIGNED_OUT, Instant.now())).isFalse();
        assertThat(store.endAll(new UserId("u"), Cutoff.everything(Instant.now()), EndReason.SIGNED_OUT, Instant.now()))
                .isEmpty();
    }

    @Test
    void aSilentStoreIsAskedByOneCallAtATimeAndIsBackWithItsFirstAnswer() {
        before = this::timeOut;
        BoundedStore store = new BoundedStore(observed(), FEW, nanos::get);
        for (int i = 0; i < FEW.silence(); i++) {
            assertThatThrownBy(() -> find(store)).hasMessageContaining("did not answer during find");
        }
        asked.set(0);
        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(() -> find(store)).hasMessageContaining("did not answer lately: no find");
        }
        assertThat(asked).hasValue(0);
        nanos.addAndGet(FEW.lookEvery().toNanos());
        assertThatThrownBy(() -> find(store)).hasMessageContaining("did not answer during find");
        assertThatThrownBy(() -> find(store)).hasMessageContaining("lately");
        assertThat(asked).hasValue(1);

        before = () -> {};
        nanos.addAndGet(FEW.lookEvery().toNanos());
        assertThat(find(store)).isEmpty();
        assertThat(find(store)).isEmpty();
    }

    @Test
    void refusalsThatComeAtOnceSilenceNobody() {
        before = () -> {
            throw StoreUnavailableException.overloaded("find");
        };
        BoundedStore store = new BoundedStore(observed(), FEW, nanos::get);
        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(() -> find(store)).hasMessageContaining("too much to do");
        }
        assertThat(asked).hasValue(100);
    }

    /** Calls within calls: the outer ones began before the answer that one of the inner ones gets. */
    @Test
    void whatWasAskedBeforeTheStoreWasBackDoesNotSilenceItAgain() {
        BoundedStore store = new BoundedStore(observed(), FEW.withAtOnce(64), nanos::get);
        AtomicInteger depth = new AtomicInteger();
        before = () -> {
            int call = depth.incrementAndGet();
            if (call < FEW.silence()) {
                assertThatThrownBy(() -> find(store)).hasMessageContaining("during find");
                timeOut();
            } else if (call == FEW.silence()) {
                assertThatThrownBy(() -> find(store)).hasMessageContaining("during find");
                assertThat(find(store)).isEmpty();
                timeOut();
            } else if (call == FEW.silence() + 1) {
                timeOut();
            }
        };
        assertThatThrownBy(() -> find(store)).hasMessageContaining("during find");
        assertThat(find(store)).as("it answers, and nobody takes it for silent").isEmpty();
    }

    @Test
    void oneAnswerBetweenFailuresShowsThatTheStoreSpeaks() {
        BoundedStore store = new BoundedStore(observed(), FEW, nanos::get);
        for (int i = 0; i < 50; i++) {
            before = i % 5 == 4 ? () -> {} : this::timeOut;
            try {
                assertThat(find(store)).isEmpty();
            } catch (StoreUnavailableException e) {
                assertThat(e).hasMessageContaining("did not answer during find");
            }
        }
        assertThat(asked).hasValue(50);
    }

    private void hold() {
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void timeOut() {
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        throw StoreUnavailableException.during("find", new TimeoutException("1 s"));
    }

    private List<Future<?>> calls(SessionStore store, int count) {
        List<Future<?>> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            calls.add(callers.submit(() -> find(store)));
        }
        return calls;
    }

    private void awaitInside(int count) throws InterruptedException {
        for (int i = 0; inside.get() < count; i++) {
            assertThat(i).as("callers inside").isLessThan(10_000);
            Thread.sleep(1);
        }
    }

    private Optional<StoredSession> find(SessionStore store) {
        return store.find(id());
    }

    private SessionId id() {
        return SessionId.random(random);
    }

    /** The memory store, with something before each call. */
    private SessionStore observed() {
        return (SessionStore) Proxy.newProxyInstance(
                BoundedStoreTest.class.getClassLoader(),
                new Class<?>[] {SessionStore.class},
                (proxy, method, arguments) -> {
                    asked.incrementAndGet();
                    inside.incrementAndGet();
                    try {
                        before.run();
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    } finally {
                        inside.decrementAndGet();
                    }
                });
    }
}
