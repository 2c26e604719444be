package dev.coatcheck.session;

import java.time.Duration;

/**
 * What {@code GET /auth/events} takes of a node, and how soon it tells. The limits are those of one node.
 *
 * @param heartbeat how often a stream says that it is alive and its session is looked at in the store
 * @param warnAhead how long before its deadline a session is told to be expiring, see {@link #warnsAhead}
 * @param perSession streams of one session
 * @param perUser streams of one user
 * @param perAddress streams of one client address
 * @param most streams in all
 */
public record EventPolicy(
        Duration heartbeat, Duration warnAhead, int perSession, int perUser, int perAddress, int most) {
    private static final Duration SHORTEST = Duration.ofMillis(20);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    public static final EventPolicy DEFAULT =
            new EventPolicy(Duration.ofSeconds(15), Duration.ofMinutes(2), 8, 50, 500, 5_000);

    /** @throws IllegalArgumentException when a limit would let nothing through, or no proxy would bear the silence */
    public EventPolicy {
        if (heartbeat.compareTo(SHORTEST) < 0 || heartbeat.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a heartbeat is 20 ms to 5 min, not " + heartbeat
                    + ": proxies cut off what is silent, 15 s suits most");
        }
        if (warnAhead.isNegative()) {
            throw new IllegalArgumentException("a session is told to be expiring ahead, not " + warnAhead);
        }
        if (perSession < 1 || perUser < 1 || perAddress < 1 || most < 1) {
            throw new IllegalArgumentException("a limit of event streams must be at least 1");
        }
    }

    public EventPolicy withHeartbeat(Duration duration) {
        return new EventPolicy(duration, warnAhead, perSession, perUser, perAddress, most);
    }

    public EventPolicy withWarnAhead(Duration duration) {
        return new EventPolicy(heartbeat, duration, perSession, perUser, perAddress, most);
    }

    public EventPolicy withPerSession(int streams) {
        return new EventPolicy(heartbeat, warnAhead, streams, perUser, perAddress, most);
    }

    public EventPolicy withPerUser(int streams) {
        return new EventPolicy(heartbeat, warnAhead, perSession, streams, perAddress, most);
    }

    public EventPolicy withPerAddress(int streams) {
        return new EventPolicy(heartbeat, warnAhead, perSession, perUser, streams, most);
    }

    public EventPolicy withMost(int streams) {
        return new EventPolicy(heartbeat, warnAhead, perSession, perUser, perAddress, streams);
    }

    /** How long ahead a session with this idle timeout is warned: a quarter of it at most, or it would be warned all the time. */
    public Duration warnsAhead(Duration idle) {
        Duration quarter = idle.dividedBy(4);
        return warnAhead.compareTo(quarter) < 0 ? warnAhead : quarter;
    }
}
