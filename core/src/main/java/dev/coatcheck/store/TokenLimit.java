package dev.coatcheck.store;

/**
 * How many personal tokens one user may have.
 *
 * @param living so many that are neither revoked nor expired
 * @param kept so many that the store still has, dead ones included: who makes and revokes all day makes no more than these until
 *     {@link TokenStore#purge} has forgotten some, and no look at one user's tokens is a long one
 */
public record TokenLimit(int living, int kept) {
    /** The largest {@code kept}. */
    public static final int MOST = 10_000;

    /** More than a person tells apart, and nine times as many dead ones. */
    public static final TokenLimit DEFAULT = new TokenLimit(50, 500);

    /** @throws IllegalArgumentException when one is out of its bounds */
    public TokenLimit {
        if (living < 1 || kept < living || kept > MOST) {
            throw new IllegalArgumentException("tokens of a user: 1 living at least, as many kept at least and " + MOST
                    + " at most, not " + living + " and " + kept);
        }
    }
}
