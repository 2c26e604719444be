package dev.coatcheck.bench;

import java.time.Duration;

/**
 * What every variant is asked before the first round: as many requests for each operation as any other, because what a server
 * has compiled by then depends on how often it was asked, and not on how long. Reads and writes take turns, and the variants do.
 *
 * @param requests for each operation
 * @param atMost when an operation's warm-up ends in any case; the report names whom that met
 */
record WarmUp(long requests, Duration atMost) {
    static final WarmUp DEFAULT = new WarmUp(80_000, Duration.ofSeconds(60));

    /** How often everybody's turn comes. */
    static final int TURNS = 5;

    /** What came of it. */
    record Done(long requests, Duration took) {
        static final Done NOTHING = new Done(0, Duration.ZERO);

        Done and(Load.Ran more) {
            return new Done(requests + more.requests(), took.plusNanos(more.nanos()));
        }
    }

    /** What is still to do for an operation in this turn, the first being 0. */
    long due(int turn, Done done) {
        return requests * (turn + 1) / TURNS - done.requests();
    }

    Duration left(Done done) {
        return atMost.minus(done.took());
    }
}
