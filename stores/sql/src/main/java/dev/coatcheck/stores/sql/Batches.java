package dev.coatcheck.stores.sql;

import java.util.function.IntUnaryOperator;

/** A clean-up in small steps, so that none of them keeps others waiting. */
final class Batches {
    private static final int AT_ONCE = 500;

    private Batches() {}

    /** @param forget forgets so many at most, and says how many there were */
    static int of(int atMost, IntUnaryOperator forget) {
        int forgotten = 0;
        while (forgotten < atMost) {
            int wanted = Math.min(AT_ONCE, atMost - forgotten);
            int batch = forget.applyAsInt(wanted);
            forgotten += batch;
            if (batch < wanted) {
                break;
            }
        }
        return forgotten;
    }
}
