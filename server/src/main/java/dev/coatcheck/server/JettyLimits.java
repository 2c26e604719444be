package dev.coatcheck.server;

import java.time.Duration;

/**
 * What one client, or all of them together, may take of a server.
 *
 * @param headBytes of request line and headers together; more is answered 431, or 414 when the line alone is longer
 * @param targetBytes of the request's target; more is answered 414
 * @param bodyBytes of a request's body; more is answered 413
 * @param idle how long a connection may be silent while something is expected of its peer
 * @param patience how long a peer may be waited for in all, during one exchange, before its rate counts
 * @param bytesPerSecond the rate that a peer must then have kept up, in either direction, while it was waited for
 * @param connections open at once; beyond, new ones wait in the system's queue and silent ones are closed sooner
 * @param threads at most, on JDKs without virtual threads
 * @param stopWithin how long requests in flight may take to finish when the server stops
 */
public record JettyLimits(
        int headBytes,
        int targetBytes,
        long bodyBytes,
        Duration idle,
        Duration patience,
        int bytesPerSecond,
        int connections,
        int threads,
        Duration stopWithin) {
    public static final JettyLimits DEFAULT = new JettyLimits(
            16 * 1024,
            8 * 1024,
            10L * 1024 * 1024,
            Duration.ofSeconds(60),
            Duration.ofSeconds(20),
            500,
            10_000,
            200,
            Duration.ofSeconds(10));

    /** @throws IllegalArgumentException when a limit would let nothing through */
    public JettyLimits {
        atLeast("headBytes", 1024, headBytes);
        atLeast("targetBytes", 128, targetBytes);
        atLeast("bodyBytes", 0, bodyBytes);
        atLeast("idle, in milliseconds,", 100, idle.toMillis());
        atLeast("patience, in milliseconds,", 100, patience.toMillis());
        atLeast("bytesPerSecond", 1, bytesPerSecond);
        atLeast("connections", 1, connections);
        atLeast("threads", 8, threads);
        atLeast("stopWithin, in milliseconds,", 0, stopWithin.toMillis());
        if (targetBytes > headBytes) {
            throw new IllegalArgumentException("targetBytes " + targetBytes + " is more than headBytes " + headBytes
                    + ", which the target is a part of: it would never apply");
        }
    }

    public JettyLimits withHeadBytes(int bytes) {
        return new JettyLimits(
                bytes, targetBytes, bodyBytes, idle, patience, bytesPerSecond, connections, threads, stopWithin);
    }

    public JettyLimits withTargetBytes(int bytes) {
        return new JettyLimits(
                headBytes, bytes, bodyBytes, idle, patience, bytesPerSecond, connections, threads, stopWithin);
    }

    public JettyLimits withBodyBytes(long bytes) {
        return new JettyLimits(
                headBytes, targetBytes, bytes, idle, patience, bytesPerSecond, connections, threads, stopWithin);
    }

    public JettyLimits withIdle(Duration duration) {
        return new JettyLimits(
                headBytes,
                targetBytes,
                bodyBytes,
                duration,
                patience,
                bytesPerSecond,
                connections,
                threads,
                stopWithin);
    }

    /** The slowest pace that is borne: this rate, once somebody was waited for this long. */
    public JettyLimits withPace(Duration waited, int rate) {
        return new JettyLimits(headBytes, targetBytes, bodyBytes, idle, waited, rate, connections, threads, stopWithin);
    }

    public JettyLimits withConnections(int most) {
        return new JettyLimits(
                headBytes, targetBytes, bodyBytes, idle, patience, bytesPerSecond, most, threads, stopWithin);
    }

    public JettyLimits withThreads(int most) {
        return new JettyLimits(
                headBytes, targetBytes, bodyBytes, idle, patience, bytesPerSecond, connections, most, stopWithin);
    }

    public JettyLimits withStopWithin(Duration duration) {
        return new JettyLimits(
                headBytes, targetBytes, bodyBytes, idle, patience, bytesPerSecond, connections, threads, duration);
    }

    private static void atLeast(String what, long least, long value) {
        if (value < least) {
            throw new IllegalArgumentException("the limit " + what + " must be at least " + least + ", not " + value);
        }
    }
}
