package dev.coatcheck.testkit;

/**
 * How often a test repeats itself: few times in an ordinary run, many times with {@code -Dcoatcheck.thorough=true}
 * (Maven: {@code -Pthorough}).
 */
public final class Rounds {
    private Rounds() {}

    /** The first number in an ordinary run, the second one in a thorough run. */
    public static int of(int ordinary, int thorough) {
        return thorough() ? thorough : ordinary;
    }

    /** Whether this is a thorough run. */
    public static boolean thorough() {
        return Boolean.getBoolean("coatcheck.thorough");
    }
}
