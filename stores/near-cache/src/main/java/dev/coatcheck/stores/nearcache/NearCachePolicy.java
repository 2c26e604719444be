package dev.coatcheck.stores.nearcache;

import java.time.Duration;

/**
 * How much a {@link NearCachedStore} keeps, and for how long it believes it.
 *
 * @param sessions how many sessions at most
 * @param bytes how many bytes of attributes, names and users, at most
 * @param trust for how long after a proof of freshness what is kept is handed out: longer than some pings take to come
 *     back, and less than the second that a revocation may take, 10 to 900 ms
 * @param age after which time a kept session is read again in any case, 1 s to 1 h
 * @param throughOutage for how long after a proof of freshness what is kept may be looked at while the store is silent: zero
 *     for never, at most a minute
 */
public record NearCachePolicy(int sessions, long bytes, Duration trust, Duration age, Duration throughOutage) {
    /** The longest that anything is read through an outage. */
    public static final Duration LONGEST_OUTAGE = Duration.ofMinutes(1);

    /** 10,000 sessions, 32 MiB, 800 ms after the latest proof, a minute, nothing through an outage. */
    public static final NearCachePolicy DEFAULT = new NearCachePolicy(
            10_000, 32L * 1024 * 1024, Duration.ofMillis(800), Duration.ofMinutes(1), Duration.ZERO);

    /** @throws IllegalArgumentException when a value is out of range */
    public NearCachePolicy {
        if (sessions < 1 || bytes < 1) {
            throw new IllegalArgumentException("a near-cache keeps at least one session and one byte");
        }
        between("trust", trust, Duration.ofMillis(10), Duration.ofMillis(900));
        between("age", age, Duration.ofSeconds(1), Duration.ofHours(1));
        between("through-outage", throughOutage, Duration.ZERO, LONGEST_OUTAGE);
    }

    public NearCachePolicy withSessions(int most) {
        return new NearCachePolicy(most, bytes, trust, age, throughOutage);
    }

    public NearCachePolicy withBytes(long most) {
        return new NearCachePolicy(sessions, most, trust, age, throughOutage);
    }

    public NearCachePolicy withTrust(Duration other) {
        return new NearCachePolicy(sessions, bytes, other, age, throughOutage);
    }

    public NearCachePolicy withAge(Duration other) {
        return new NearCachePolicy(sessions, bytes, trust, other, throughOutage);
    }

    public NearCachePolicy withThroughOutage(Duration longest) {
        return new NearCachePolicy(sessions, bytes, trust, age, longest);
    }

    private static void between(String what, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "near-cache " + what + ": between " + least + " and " + most + ", not " + value);
        }
    }
}
