package dev.coatcheck.store;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A number and a time, which mean what the throttle that wrote them means by them. Times are cut to milliseconds.
 *
 * @param count 0 or more
 * @param at not before 1970
 * @param expiresAt after 1970; from then on it says nothing any more, and the store may forget it
 */
public record Counter(int count, Instant at, Instant expiresAt) {
    /** @throws IllegalArgumentException when a part is out of its bounds */
    public Counter {
        at = at.truncatedTo(ChronoUnit.MILLIS);
        expiresAt = expiresAt.truncatedTo(ChronoUnit.MILLIS);
        if (count < 0 || at.isBefore(Instant.EPOCH) || !expiresAt.isAfter(Instant.EPOCH)) {
            throw new IllegalArgumentException(
                    "a counter counts from 0, after 1970, not " + count + ", " + at + ", " + expiresAt);
        }
    }

    /** Whether it says nothing any more; the expiry instant itself is already too late. */
    public boolean isExpired(Instant now) {
        return !now.isBefore(expiresAt);
    }
}
