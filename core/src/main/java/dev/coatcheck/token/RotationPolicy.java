package dev.coatcheck.token;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a rotated-out ticket is still the same person's.
 *
 * @param grace from the first presentation of the successor (cookie) or of the older ticket (bearer); never extended
 * @param unseenGrace how long an older cookie is good while its successor was never presented: the answer may be lost
 * @param mostSteps how many generations back, at most {@link TokenState#REMEMBERED}
 * @param every how often a cookie's ticket is rotated without being asked; empty for never
 */
public record RotationPolicy(Duration grace, Duration unseenGrace, int mostSteps, Optional<Duration> every) {
    public static final RotationPolicy DEFAULT =
            new RotationPolicy(Duration.ofSeconds(10), Duration.ofSeconds(60), TokenState.REMEMBERED, Optional.empty());

    /** @throws IllegalArgumentException when a part is out of range */
    public RotationPolicy {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("a grace is not negative, as " + grace + " is");
        }
        if (unseenGrace.compareTo(grace) < 0) {
            throw new IllegalArgumentException(
                    "rotation: the grace of " + grace + " is longer than that of " + unseenGrace
                            + " for a cookie whose successor was never presented. Shorten it, or lengthen the unseen grace");
        }
        if (mostSteps < 1 || mostSteps > TokenState.REMEMBERED) {
            throw new IllegalArgumentException(
                    "rotation: 1 to " + TokenState.REMEMBERED + " steps back, not " + mostSteps);
        }
        if (every.filter(period -> period.compareTo(unseenGrace) < 0).isPresent()) {
            throw new IllegalArgumentException("rotation: more often than every " + unseenGrace
                    + " would end sessions whose answers get lost. Rotate less often");
        }
    }

    public RotationPolicy withGrace(Duration duration) {
        return new RotationPolicy(duration, unseenGrace, mostSteps, every);
    }

    public RotationPolicy withUnseenGrace(Duration duration) {
        return new RotationPolicy(grace, duration, mostSteps, every);
    }

    public RotationPolicy withEvery(Duration duration) {
        return new RotationPolicy(grace, unseenGrace, mostSteps, Optional.of(duration));
    }
}
