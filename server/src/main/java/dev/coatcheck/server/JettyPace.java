package dev.coatcheck.server;

import java.time.Duration;

/**
 * Whether a peer keeps up: how long it was waited for, and how many bytes came of it. What the server itself takes its time for
 * does not count. For one direction of one connection; not thread-safe.
 */
final class JettyPace {
    private static final double NANOS_PER_SECOND = 1e9;

    private final long patienceNanos;
    private final int bytesPerSecond;
    private boolean begun;
    private boolean waiting;
    private long since;
    private long waitedNanos;
    private long bytes;

    /**
     * @param patience how long a peer may be waited for in all before its rate is looked at, each time anew
     * @param bytesPerSecond how much of its waiting time it must then have been worth
     */
    JettyPace(Duration patience, int bytesPerSecond) {
        this.patienceNanos = patience.toNanos();
        this.bytesPerSecond = bytesPerSecond;
    }

    /** The peer is to move, from this instant on, in nanoseconds of {@link System#nanoTime}. */
    void waits(long nanoTime) {
        if (!waiting) {
            waiting = true;
            since = nanoTime;
        }
    }

    /**
     * The peer moved this many bytes. What passed before its first ones does not count: between two requests it owes nothing.
     *
     * @return whether it was waited for longer than patience allows for so few bytes
     */
    boolean fallsBehind(long count, long nanoTime) {
        if (waiting) {
            waiting = false;
            waitedNanos += begun ? nanoTime - since : 0;
        }
        begun = true;
        bytes += count;
        if (waitedNanos <= patienceNanos) {
            return false;
        }
        boolean tooFew = bytes < bytesPerSecond * (waitedNanos / NANOS_PER_SECOND);
        waitedNanos = 0;
        bytes = 0;
        return tooFew;
    }

    /** A new exchange begins. */
    void restart() {
        begun = false;
        waiting = false;
        waitedNanos = 0;
        bytes = 0;
    }
}
