package dev.coatcheck.token;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a record knows of its ticket: enough to recognise it and its predecessors, not enough to make one.
 *
 * @param kid the key that this chain is walked with, 0 to 65535
 * @param generation of the current ticket, from 0
 * @param hash of the current ticket's secret
 * @param salt 16 random bytes of this chain
 * @param replaced the last rotations, oldest first, at most {@link #REMEMBERED}: the last entry is the step to the current
 *     generation
 */
public record TokenState(int kid, int generation, TokenHash hash, Salt salt, List<Step> replaced) {
    /** How many rotations back a genuine ticket is still told from a stolen one by its time. */
    public static final int REMEMBERED = 3;

    /** @throws IllegalArgumentException when a part is out of range */
    public TokenState {
        replaced = List.copyOf(replaced);
        if (kid < 0 || kid > 0xFFFF || generation < 0 || replaced.size() > REMEMBERED || replaced.size() > generation) {
            throw new IllegalArgumentException("a token state out of range");
        }
    }

    /**
     * One rotation, to the millisecond.
     *
     * @param at when the older ticket was replaced
     * @param successorSeenAt when the newer one was first presented; empty until then
     */
    public record Step(Instant at, Optional<Instant> successorSeenAt) {
        public Step {
            at = at.truncatedTo(ChronoUnit.MILLIS);
            successorSeenAt = successorSeenAt.map(seen -> seen.truncatedTo(ChronoUnit.MILLIS));
        }
    }

    /** Whether the other state is of the same chain, generation and confirmation: what a conditional write compares. */
    public boolean sameStep(TokenState other) {
        return generation == other.generation && hash.equals(other.hash) && confirmed() == other.confirmed();
    }

    /** Whether the current ticket was presented since it was handed out by a rotation. A first generation always is. */
    public boolean confirmed() {
        return replaced.isEmpty()
                || replaced.get(replaced.size() - 1).successorSeenAt().isPresent();
    }

    /** This state with the note that its current ticket was first presented at {@code now}; the first note stays. */
    public TokenState confirmedAt(Instant now) {
        if (confirmed()) {
            return this;
        }
        List<Step> steps = new ArrayList<>(replaced);
        Step last = steps.remove(steps.size() - 1);
        steps.add(new Step(last.at(), Optional.of(now)));
        return new TokenState(kid, generation, hash, salt, steps);
    }

    TokenState rotatedTo(TokenHash next, Instant now) {
        List<Step> steps = new ArrayList<>(confirmedAt(now).replaced);
        steps.add(new Step(now, Optional.empty()));
        return new TokenState(
                kid, generation + 1, next, salt, steps.subList(Math.max(0, steps.size() - REMEMBERED), steps.size()));
    }
}
