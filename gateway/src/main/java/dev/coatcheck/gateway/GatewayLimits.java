package dev.coatcheck.gateway;

import java.time.Duration;

/**
 * What a gateway waits for and how much it holds.
 *
 * @param connect how long a connection to an upstream may take to be made
 * @param idle how long an exchange or a tunnel may be silent in both directions
 * @param pooled how long an unused connection to an upstream is kept: shorter than upstreams keep theirs (Node: 5 s), or a
 *     request meets a connection that is just being closed
 * @param connections to one upstream at once, and requests that wait for one
 * @param tunnels open at once; beyond, upgrades are answered 503
 * @param headBytes of an upstream's answer head
 */
public record GatewayLimits(
        Duration connect, Duration idle, Duration pooled, int connections, int tunnels, int headBytes) {
    /** For development: an upstream that stands at a breakpoint for minutes is not given up. */
    public static final GatewayLimits DEFAULT =
            new GatewayLimits(Duration.ofSeconds(5), Duration.ofMinutes(10), Duration.ofSeconds(3), 256, 64, 64 * 1024);

    /** @throws IllegalArgumentException when a limit would let nothing through */
    public GatewayLimits {
        if (connect.toMillis() < 1 || idle.toMillis() < 1 || pooled.toMillis() < 1) {
            throw new IllegalArgumentException("durations must be at least a millisecond");
        }
        if (connections < 1 || tunnels < 1 || headBytes < 1024) {
            throw new IllegalArgumentException("connections and tunnels must be at least 1, headBytes 1024");
        }
    }

    public GatewayLimits withIdle(Duration duration) {
        return new GatewayLimits(connect, duration, pooled, connections, tunnels, headBytes);
    }

    public GatewayLimits withTunnels(int most) {
        return new GatewayLimits(connect, idle, pooled, connections, most, headBytes);
    }
}
