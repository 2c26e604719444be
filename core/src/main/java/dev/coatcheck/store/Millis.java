package dev.coatcheck.store;

import java.time.Instant;

/** Times as a store keeps them. */
final class Millis {
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

    static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
