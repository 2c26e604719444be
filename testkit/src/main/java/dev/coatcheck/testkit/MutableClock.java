package dev.coatcheck.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** A clock that stands still until a test moves it. In UTC, safe from any thread, starting on a full millisecond. */
public final class MutableClock extends Clock {
    private final Hand now;
    private final ZoneId zone;

    private MutableClock(Hand now, ZoneId zone) {
        this.now = now;
        this.zone = zone;
    }

    /** A clock that shows this instant. */
    public static MutableClock at(Instant instant) {
        return new MutableClock(new Hand(instant), ZoneOffset.UTC);
    }

    /** A clock that shows the present, cut to milliseconds. */
    public static MutableClock atPresent() {
        return at(Instant.now().truncatedTo(ChronoUnit.MILLIS));
    }

    /** Moves on by this much, or back when it is negative. @return what the clock shows now */
    public Instant advance(Duration by) {
        return now.advance(by);
    }

    /** Shows this instant from now on. */
    public void set(Instant instant) {
        now.set(instant);
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    @Override
    public long millis() {
        return now.get().toEpochMilli();
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    /** The same time in another zone: moving one moves both. */
    @Override
    public Clock withZone(ZoneId other) {
        return new MutableClock(now, other);
    }

    /** What all views of one clock share. */
    private static final class Hand {
        private Instant instant;

        Hand(Instant instant) {
            this.instant = instant;
        }

        synchronized Instant get() {
            return instant;
        }

        synchronized void set(Instant other) {
            instant = other;
        }

        synchronized Instant advance(Duration by) {
            instant = instant.plus(by);
            return instant;
        }
    }
}
