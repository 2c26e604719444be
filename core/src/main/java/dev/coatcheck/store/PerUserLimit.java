package dev.coatcheck.store;

/**
 * How many living sessions one user may have.
 *
 * @param most 1 or more
 * @param policy what happens to the one too many
 */
public record PerUserLimit(int most, Policy policy) {
    /** As good as no limit: what a person with a few hundred devices never notices. */
    public static final PerUserLimit DEFAULT = new PerUserLimit(100, Policy.END_OLDEST);

    /** @throws IllegalArgumentException when {@code most} is less than 1 */
    public PerUserLimit {
        if (most < 1) {
            throw new IllegalArgumentException("sessions per user: at least 1, not " + most);
        }
    }

    /** What happens to the one too many. */
    public enum Policy {
        /** The session seen longest ago ends, with {@link EndReason#LIMIT}. */
        END_OLDEST,
        /** The new one is refused. */
        REFUSE
    }
}
