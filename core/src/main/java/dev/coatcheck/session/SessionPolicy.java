package dev.coatcheck.session;

import java.time.Duration;
import java.time.Instant;

/**
 * How long a session lives.
 *
 * @param idle without a touch; the end instant itself is already dead
 * @param absolute after sign-in, whatever happens
 * @param touchEvery last-seen is written at most this often
 * @param anonymousIdle how long a session lives that nobody signed in to
 */
public record SessionPolicy(Duration idle, Duration absolute, Duration touchEvery, Duration anonymousIdle) {
    /** No session lives longer: browsers keep no cookie for longer. */
    public static final Duration LONGEST = Duration.ofDays(400);

    public static final SessionPolicy DEFAULT = new SessionPolicy(
            Duration.ofMinutes(30), Duration.ofHours(12), Duration.ofMinutes(1), Duration.ofMinutes(30));

    /** @throws IllegalArgumentException when a duration is not positive, or they contradict each other */
    public SessionPolicy {
        positive("idle", idle);
        positive("absolute", absolute);
        positive("touchEvery", touchEvery);
        positive("anonymousIdle", anonymousIdle);
        if (idle.compareTo(absolute) > 0) {
            throw new IllegalArgumentException("the idle timeout " + idle + " is longer than the absolute one "
                    + absolute + ": it would never apply. Shorten it or lengthen the absolute timeout");
        }
        if (touchEvery.multipliedBy(2).compareTo(idle) > 0) {
            throw new IllegalArgumentException("touching every " + touchEvery + " is too rare for an idle timeout of "
                    + idle + ": a person who is active could be signed out. Touch at least twice per idle timeout");
        }
        if (absolute.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("browsers keep a cookie for 400 days at most, not for " + absolute);
        }
    }

    public SessionPolicy withIdle(Duration duration) {
        return new SessionPolicy(duration, absolute, touchEvery, anonymousIdle);
    }

    public SessionPolicy withAbsolute(Duration duration) {
        return new SessionPolicy(idle, duration, touchEvery, anonymousIdle);
    }

    public SessionPolicy withTouchEvery(Duration duration) {
        return new SessionPolicy(idle, absolute, duration, anonymousIdle);
    }

    public SessionPolicy withAnonymousIdle(Duration duration) {
        return new SessionPolicy(idle, absolute, touchEvery, duration);
    }

    /** How long a session that nobody signed in to, and nobody uses, lives. */
    public Duration anonymousLife() {
        return anonymousIdle.compareTo(absolute) < 0 ? anonymousIdle : absolute;
    }

    /** The earlier of {@code seenAt + idle} and {@code expiresAt}. */
    public static Instant deadline(Instant seenAt, Duration idle, Instant expiresAt) {
        Instant idleEnd = seenAt.plus(idle);
        return idleEnd.isBefore(expiresAt) ? idleEnd : expiresAt;
    }

    private static void positive(String what, Duration duration) {
        if (duration.isZero() || duration.isNegative()) {
            throw new IllegalArgumentException(
                    "the session's " + what + " must be longer than nothing, not " + duration);
        }
    }
}
