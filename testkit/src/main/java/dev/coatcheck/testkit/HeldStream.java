package dev.coatcheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.http.WebStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** A stream that a test writes by hand, from its own thread. */
final class HeldStream implements WebStream {
    private final CompletableFuture<Sink> sink = new CompletableFuture<>();
    private final CountDownLatch gone = new CountDownLatch(1);
    final AtomicInteger timesGone = new AtomicInteger();

    @Override
    public void begin(Sink opened) {
        assertThat(sink.complete(opened)).as("a stream begins once").isTrue();
    }

    @Override
    public void gone() {
        timesGone.incrementAndGet();
        gone.countDown();
    }

    Sink sink() throws InterruptedException, ExecutionException, TimeoutException {
        return sink.get(20, TimeUnit.SECONDS);
    }

    /** Writes and waits until it was taken. */
    void write(String text) throws InterruptedException, ExecutionException, TimeoutException {
        assertThat(writes(text.getBytes(StandardCharsets.UTF_8)).await(20, TimeUnit.SECONDS))
                .as("it was not taken")
                .isTrue();
    }

    /** Writes. @return what opens when it was taken */
    CountDownLatch writes(byte[] bytes) throws InterruptedException, ExecutionException, TimeoutException {
        CountDownLatch taken = new CountDownLatch(1);
        sink().write(bytes, taken::countDown);
        return taken;
    }

    boolean isGone() {
        return gone.getCount() == 0;
    }

    void awaitGone() throws InterruptedException {
        assertThat(gone.await(20, TimeUnit.SECONDS)).as("it was never told").isTrue();
    }
}
