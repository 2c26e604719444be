package dev.coatcheck.store;

import java.time.Duration;
import java.time.Instant;

/**
 * A line through tickets that nobody looks up: what counts from it or from before is over. Times are cut to milliseconds.
 *
 * @param notBefore tickets that count from this instant or from an earlier one are dead. In the future for a session that has
 *     ended: at the last instant at which it could have had a ticket
 * @param keptUntil until then the line has to be remembered: when the last ticket that it cuts off has expired
 */
public record CutoffLine(Instant notBefore, Instant keptUntil) {
    /** @throws IllegalArgumentException when no count of milliseconds reaches one of the times */
    public CutoffLine {
        notBefore = Millis.cut(notBefore);
        keptUntil = Millis.cut(keptUntil);
    }

    /** A line that is kept for as long as a ticket lives at most. */
    public static CutoffLine at(Instant notBefore, Duration longestTicket) {
        return new CutoffLine(notBefore, notBefore.plus(longestTicket));
    }

    /** The later of both lines, kept until the later of both ends. */
    public CutoffLine later(CutoffLine other) {
        return new CutoffLine(Millis.later(notBefore, other.notBefore), Millis.later(keptUntil, other.keptUntil));
    }
}
