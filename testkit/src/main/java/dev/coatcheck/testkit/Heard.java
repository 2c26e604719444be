package dev.coatcheck.testkit;

import dev.coatcheck.store.SessionSignal;
import dev.coatcheck.store.SessionSignals;
import dev.coatcheck.token.SessionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/** A listener that keeps what it heard, and can be waited for. */
public final class Heard implements SessionSignals.Listener {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<SessionSignal> signals = new ArrayList<>();
    private int missed;

    /** One that has heard nothing yet. */
    public Heard() {}

    @Override
    public synchronized void heard(SessionSignal signal) {
        signals.add(signal);
        notifyAll();
    }

    @Override
    public synchronized void missed() {
        missed++;
        notifyAll();
    }

    /** What came so far, in order. */
    public synchronized List<SessionSignal> all() {
        return List.copyOf(signals);
    }

    /** What came so far about one session, each once: a signal may come twice. */
    public synchronized List<SessionSignal> of(SessionId id) {
        return signals.stream()
                .filter(signal -> signal.id().equals(id))
                .distinct()
                .toList();
    }

    /** How often signals may have been lost. */
    public synchronized int timesMissed() {
        return missed;
    }

    /** Waits until this has come. @throws AssertionError when it does not within 20 s */
    public void await(SessionSignal signal) {
        until(() -> all().contains(signal), signal.toString());
    }

    /** Waits until more was missed than that. */
    public void awaitMissed(int before) {
        until(() -> timesMissed() > before, "word that signals were missed");
    }

    /** Waits until these signals prove, as of a later {@link System#nanoTime} than this, that nothing is missing. */
    public void awaitProofAfter(SessionSignals proving, long nanos) {
        until(
                () -> {
                    OptionalLong proven = proving.provenAt();
                    return proven.isPresent() && proven.getAsLong() - nanos > 0;
                },
                "proof that nothing is missing");
    }

    /** Waits for a condition that signals, or the passing of time, bring about. */
    public synchronized void until(BooleanSupplier condition, String what) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("waited " + PATIENCE + " in vain for " + what + "; heard " + signals);
            }
            try {
                wait(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting for " + what, e);
            }
        }
    }
}
