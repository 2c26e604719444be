package dev.coatcheck.store;

import java.time.Instant;
import java.util.Optional;

/**
 * The lines that concern one ticket.
 *
 * @param user through everything that the ticket's user has
 * @param session through the tickets of its session
 */
public record CutoffLines(Optional<CutoffLine> user, Optional<CutoffLine> session) {
    /** No line. */
    public static final CutoffLines NONE = new CutoffLines(Optional.empty(), Optional.empty());

    /**
     * Whether a ticket is dead. The instant of a line is itself too early, so a time that was cut to seconds errs towards dead.
     *
     * @param countsFrom when its user proved who they are, or the instant after a line that spared the session. A new ticket of
     *     the session carries it on: one that is written a moment after the line, on another node, does not pass it
     * @param issuedAt when the ticket itself was written
     */
    public boolean cutOff(Instant countsFrom, Instant issuedAt) {
        return user.filter(line -> !countsFrom.isAfter(line.notBefore())).isPresent()
                || session.filter(line -> !issuedAt.isAfter(line.notBefore())).isPresent();
    }
}
