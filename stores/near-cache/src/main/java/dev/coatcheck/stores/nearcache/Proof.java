package dev.coatcheck.stores.nearcache;

import dev.coatcheck.store.SessionSignals;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Whether what is kept may be believed. A proof is taken first, then the thing is looked at, then the clock: a thread may
 * stand still for seconds between any two of these, and the channel may break and mend meanwhile.
 */
record Proof(SessionSignals signals, Duration trust, LongSupplier nanos) {
    /** The latest proof, to be taken before looking. */
    OptionalLong latest() {
        return signals.provenAt();
    }

    /** Whether it still holds, to be asked after looking. */
    boolean holds(OptionalLong proven) {
        return proven.isPresent() && nanos.getAsLong() - proven.getAsLong() < trust.toNanos();
    }

    /** Whether that instant of this clock is so long ago, or longer. To be asked after looking. */
    boolean olderThan(Duration bound, long instant) {
        return nanos.getAsLong() - instant >= bound.toNanos();
    }

    Optional<Duration> age() {
        OptionalLong latest = latest();
        return latest.isEmpty()
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(Math.max(0, nanos.getAsLong() - latest.getAsLong())));
    }
}
