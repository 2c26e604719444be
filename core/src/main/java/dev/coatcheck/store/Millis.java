package dev.coatcheck.store;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as a store keeps them. */
final class Millis {
    private static final int NANOS = 1_000_000;

    private Millis() {}

    /** The instant cut to milliseconds. @throws IllegalArgumentException when no count of milliseconds reaches it */
    static Instant cut(Instant instant) {
        try {
            return Instant.ofEpochMilli(instant.toEpochMilli());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "a time that milliseconds can count to, not " + instant + "; what has no end has no expiry", e);
        }
    }

    /** The instant without what is finer than a millisecond. Mostly nothing is: then no calendar is asked. */
    @SuppressWarnings("JavaInstantGetSecondsGetNano") // The seconds have no part in it.
    static Instant truncated(Instant instant) {
        return instant.getNano() % NANOS == 0 ? instant : instant.truncatedTo(ChronoUnit.MILLIS);
    }

    /** The duration without what is finer than a millisecond. */
    static Duration truncated(Duration duration) {
        return duration.toNanosPart() % NANOS == 0 ? duration : duration.truncatedTo(ChronoUnit.MILLIS);
    }

    static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
