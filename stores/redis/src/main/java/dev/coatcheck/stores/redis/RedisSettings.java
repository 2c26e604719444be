package dev.coatcheck.stores.redis;

import java.time.Duration;

/**
 * How sessions are kept in Redis.
 *
 * @param address where Redis is
 * @param prefix begins every key: {@code [A-Za-z0-9._-]{1,64}}; two installations on one server need two
 * @param timeout how long a command may take before the store counts as unavailable, 10 ms to 60 s
 * @param waiting how many commands may wait for an answer on one connection before more are refused, at least 1
 * @param tombstones how long an ended or expired record is kept: what tells "signed out" from "never was", 1 ms to 30 days
 * @param durable whether ending sessions waits until the server has written it to its disk, where the server can say so
 *     ({@code WAITAOF}, Redis 7.2 and later with append-only file)
 */
public record RedisSettings(
        RedisAddress address, String prefix, Duration timeout, int waiting, Duration tombstones, boolean durable) {
    /** A server on this host without a password. */
    public static final RedisSettings DEFAULT = new RedisSettings(
            RedisAddress.of("redis://localhost:6379"),
            "coatcheck",
            Duration.ofSeconds(1),
            10_000,
            Duration.ofDays(1),
            true);

    /** @throws IllegalArgumentException when a value is out of range */
    public RedisSettings {
        if (!prefix.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException("a prefix of Redis keys is 1 to 64 of A-Z a-z 0-9 . _ -, not " + prefix);
        }
        between("timeout", timeout, Duration.ofMillis(10), Duration.ofMinutes(1));
        between("tombstones", tombstones, Duration.ofMillis(1), Duration.ofDays(30));
        if (waiting < 1) {
            throw new IllegalArgumentException("commands that may wait for Redis: at least 1, not " + waiting);
        }
    }

    public RedisSettings withAddress(RedisAddress other) {
        return new RedisSettings(other, prefix, timeout, waiting, tombstones, durable);
    }

    public RedisSettings withPrefix(String other) {
        return new RedisSettings(address, other, timeout, waiting, tombstones, durable);
    }

    public RedisSettings withTimeout(Duration other) {
        return new RedisSettings(address, prefix, other, waiting, tombstones, durable);
    }

    public RedisSettings withWaiting(int other) {
        return new RedisSettings(address, prefix, timeout, other, tombstones, durable);
    }

    public RedisSettings withTombstones(Duration other) {
        return new RedisSettings(address, prefix, timeout, waiting, other, durable);
    }

    public RedisSettings withDurable(boolean other) {
        return new RedisSettings(address, prefix, timeout, waiting, tombstones, other);
    }

    private static void between(String what, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "Redis " + what + ": between " + least + " and " + most + ", not " + value);
        }
    }
}
