package dev.coatcheck.accounts;

import java.time.Duration;

/**
 * How passwords are hashed, and how many at once: password hashing is the dearest thing that a stranger can make a
 * server do.
 *
 * @param cost of one hash
 * @param atOnce hashes being computed at the same time; they need {@code atOnce × cost.memoryKib()} of memory
 * @param waiting callers that wait for one of those places; the next one is refused at once
 * @param patience how long one waits before it is refused
 */
public record HashingPolicy(Argon2Cost cost, int atOnce, int waiting, Duration patience) {
    /** 19 MiB a hash, one at a time per CPU, 64 waiting per CPU, 5 seconds. */
    public static final HashingPolicy DEFAULT = new HashingPolicy(
            Argon2Cost.DEFAULT,
            Runtime.getRuntime().availableProcessors(),
            64 * Runtime.getRuntime().availableProcessors(),
            Duration.ofSeconds(5));

    /** @throws IllegalArgumentException when nothing could ever be hashed */
    public HashingPolicy {
        if (atOnce < 1 || waiting < 0 || patience.isNegative()) {
            throw new IllegalArgumentException("at least one hash at once and none less than zero waiting, not "
                    + atOnce + " at once, " + waiting + " waiting for " + patience);
        }
    }

    public HashingPolicy withCost(Argon2Cost costOfOne) {
        return new HashingPolicy(costOfOne, atOnce, waiting, patience);
    }

    public HashingPolicy withAtOnce(int number) {
        return new HashingPolicy(cost, number, waiting, patience);
    }

    public HashingPolicy withWaiting(int number) {
        return new HashingPolicy(cost, atOnce, number, patience);
    }

    public HashingPolicy withPatience(Duration longest) {
        return new HashingPolicy(cost, atOnce, waiting, longest);
    }
}
