package dev.coatcheck.store;

import dev.coatcheck.token.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * A line drawn through a user's sessions: what was authenticated at or before it is over, also a sign-in that is still on
 * its way to the store.
 *
 * @param notBefore sessions authenticated at or before this instant end, and none is created or raised any more
 * @param except a session that stays; a sign-in or step-up on it that was proved at or before the line is refused like
 *     any other
 * @param keptFor how long the store remembers the line: at least the longest time between a proof and its
 *     {@code create}; a store may round it up
 */
public record Cutoff(Instant notBefore, Optional<SessionId> except, Duration keptFor) {
    public Cutoff {
        notBefore = notBefore.truncatedTo(ChronoUnit.MILLIS);
    }

    /** Everything the user has. */
    public static Cutoff everything(Instant notBefore) {
        return new Cutoff(notBefore, Optional.empty(), Duration.ofDays(1));
    }

    /** Everything but this session. */
    public static Cutoff allBut(SessionId staying, Instant notBefore) {
        return new Cutoff(notBefore, Optional.of(staying), Duration.ofDays(1));
    }
}
