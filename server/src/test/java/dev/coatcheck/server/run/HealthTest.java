package dev.coatcheck.server.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.store.MemorySessionStore;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HealthTest {
    private final AtomicLong nanos = new AtomicLong(1);

    @Test
    void anAnswerIsSharedWhileItIsFresh() {
        AtomicInteger asked = new AtomicInteger();
        try (Health health = new Health(counting(asked), InstantSource.system(), new SecureRandom(), nanos::get)) {
            assertThat(health.ready()).isTrue();
            assertThat(health.ready()).isTrue();
            assertThat(asked).hasValue(1);
            nanos.addAndGet(Duration.ofMillis(500).toNanos());
            assertThat(health.ready()).isTrue();
            assertThat(asked).hasValue(2);
        }
    }

    @Test
    void aClosedStoreIsNotReadyAndRecoversByItself() {
        MemorySessionStore store = new MemorySessionStore();
        try (Health health = new Health(store, InstantSource.system(), new SecureRandom(), nanos::get)) {
            assertThat(health.ready()).isTrue();
            store.close();
            nanos.addAndGet(Duration.ofMillis(500).toNanos());
            assertThat(health.ready()).isFalse();
        }
    }

    @Test
    void aSilentStoreIsNotReadyAfterASecondAndIsAskedOnce() {
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch silence = new CountDownLatch(1);
        SessionStore silent = wrapping((method, real) -> {
            asked.incrementAndGet();
            silence.await();
            return real;
        });
        try (Health health = new Health(silent, InstantSource.system(), new SecureRandom(), nanos::get)) {
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
            long before = System.nanoTime();
            assertThat(health.ready()).isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(900));
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
            assertThat(health.ready()).isFalse();
            assertThat(asked).hasValue(1);
        } finally {
            silence.countDown();
        }
    }

    @Test
    void aClockTwoSecondsOffTheStoresIsNotReady() {
        Instant now = Instant.parse("2026-11-21T12:00:00Z");
        for (Duration apart : List.of(Duration.ofMillis(2001), Duration.ofMillis(-2001))) {
            assertThat(readyWhenTheStoreSays(now.plus(apart), () -> now)).isFalse();
        }
        for (Duration apart : List.of(Duration.ofSeconds(2), Duration.ofSeconds(-2), Duration.ZERO)) {
            assertThat(readyWhenTheStoreSays(now.plus(apart), () -> now)).isTrue();
        }
    }

    @Test
    void aSlowAnswerIsNoWrongClock() {
        Instant asked = Instant.parse("2026-11-21T12:00:00Z");
        Iterator<Instant> clock = List.of(asked, asked.plusSeconds(5)).iterator();
        assertThat(readyWhenTheStoreSays(asked.plusSeconds(3), clock::next)).isTrue();
    }

    private boolean readyWhenTheStoreSays(Instant time, InstantSource clock) {
        MemorySessionStore real = new MemorySessionStore();
        InvocationHandler handler = (proxy, method, arguments) ->
                method.getName().equals("serverTime") ? Optional.of(time) : method.invoke(real, arguments);
        SessionStore store = (SessionStore)
                Proxy.newProxyInstance(HealthTest.class.getClassLoader(), new Class<?>[] {SessionStore.class}, handler);
        try (Health health = new Health(store, clock, new SecureRandom(), nanos::get)) {
            return health.ready();
        }
    }

    private static SessionStore counting(AtomicInteger asked) {
        return wrapping((method, real) -> {
            asked.incrementAndGet();
            return real;
        });
    }

    private interface Before {
        Object call(String method, Optional<StoredSession> real) throws InterruptedException;
    }

    /** The memory store, with something before each find. */
    private static SessionStore wrapping(Before before) {
        MemorySessionStore real = new MemorySessionStore();
        InvocationHandler handler = (proxy, method, arguments) -> {
            try {
                if (method.getName().equals("find")) {
                    return before.call("find", real.find((SessionId) arguments[0]));
                }
                return method.invoke(real, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return (SessionStore)
                Proxy.newProxyInstance(HealthTest.class.getClassLoader(), new Class<?>[] {SessionStore.class}, handler);
    }
}
