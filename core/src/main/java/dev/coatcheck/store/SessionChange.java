package dev.coatcheck.store;

import dev.coatcheck.session.Device;
import dev.coatcheck.session.Principal;
import dev.coatcheck.token.TokenState;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one request changes in a stored session, applied as a whole or not at all. Attributes that are not named stay as
 * they are in the store, whoever wrote them. Swaps and the token change are compared with what is stored before the
 * change. Beside a {@code privilege}, which assigns last-seen, deadline and ticket, a touch is not applied, and a token
 * change is compared but not written.
 *
 * @param attributes what to do with single attributes
 * @param touch raises last-seen and deadline; never lowers them
 * @param token replaces the ticket's state when the stored generation and rotation are the expected ones
 * @param privilege a sign-in or step-up on this record: raises the epoch
 */
public record SessionChange(
        Map<String, AttributeChange> attributes,
        Optional<Touch> touch,
        Optional<TokenChange> token,
        Optional<Privilege> privilege) {

    /** Changes nothing. */
    public static final SessionChange NONE =
            new SessionChange(Map.of(), Optional.empty(), Optional.empty(), Optional.empty());

    public SessionChange {
        attributes = Map.copyOf(attributes);
        attributes.keySet().forEach(AttributeName::check);
    }

    /** Whether there is nothing to apply. */
    public boolean isEmpty() {
        return attributes.isEmpty() && touch.isEmpty() && token.isEmpty() && privilege.isEmpty();
    }

    /** This change and one more attribute. */
    public SessionChange with(String name, AttributeChange change) {
        Map<String, AttributeChange> more = new LinkedHashMap<>(attributes);
        more.put(name, change);
        return new SessionChange(more, touch, token, privilege);
    }

    /** This change with these attribute changes in place of its own. */
    public SessionChange withAttributes(Map<String, AttributeChange> changes) {
        return new SessionChange(changes, touch, token, privilege);
    }

    /** This change and a touch. */
    public SessionChange with(Touch due) {
        return new SessionChange(attributes, Optional.of(due), token, privilege);
    }

    /** This change and a change of the ticket. */
    public SessionChange with(TokenChange change) {
        return new SessionChange(attributes, touch, Optional.of(change), privilege);
    }

    /** This change and a change of privilege. */
    public SessionChange with(Privilege change) {
        return new SessionChange(attributes, touch, token, Optional.of(change));
    }

    /** What happens to one attribute. */
    public sealed interface AttributeChange {
        /** Writes the value, whatever is there: the last writer of one attribute wins. */
        record Put(String json) implements AttributeChange {}

        /** Takes the attribute away if it is there. */
        record Remove() implements AttributeChange {}

        /**
         * Writes the value if the attribute's stored version is the expected one, where 0 means that it is absent;
         * otherwise the whole change is a {@link Changed.Conflict}.
         */
        record Swap(String json, long expectedVersion) implements AttributeChange {}
    }

    /** Stored last-seen becomes the later of itself and {@code seenAt}; stored deadline likewise. */
    public record Touch(Instant seenAt, Instant deadline) {
        public Touch {
            seenAt = seenAt.truncatedTo(ChronoUnit.MILLIS);
            deadline = deadline.truncatedTo(ChronoUnit.MILLIS);
        }
    }

    /**
     * Replaces the ticket's state (a rotation, or the note that a successor was first presented) if the stored state
     * still equals {@code expected} by {@link TokenState#sameStep}; otherwise the change is a {@link Changed.Conflict}.
     */
    public record TokenChange(TokenState expected, TokenState next) {}

    /**
     * A sign-in or step-up on this record. The epoch rises by one, the ticket's state is assigned, and only the named
     * attributes survive; then the attribute changes of the same {@link SessionChange} are applied.
     *
     * @param principal who the record speaks for from now on
     * @param authenticatedAt when the proof began; checked against the user's cutoff, see {@link SessionStore#endAll}
     * @param token fresh, on no chain with what was before
     * @param seenAt assigned as last-seen
     * @param expiresAt assigned
     * @param deadline assigned
     * @param idle assigned
     * @param survivors attributes that cross
     * @param device assigned
     * @param limit applied when the record did not belong to this user before, counting the user's other sessions that
     *     are alive at the guard's {@code now}
     */
    public record Privilege(
            Principal principal,
            Instant authenticatedAt,
            TokenState token,
            Instant seenAt,
            Instant expiresAt,
            Instant deadline,
            Duration idle,
            Set<String> survivors,
            Device device,
            PerUserLimit limit) {
        public Privilege {
            authenticatedAt = authenticatedAt.truncatedTo(ChronoUnit.MILLIS);
            seenAt = seenAt.truncatedTo(ChronoUnit.MILLIS);
            expiresAt = expiresAt.truncatedTo(ChronoUnit.MILLIS);
            deadline = deadline.truncatedTo(ChronoUnit.MILLIS);
            idle = idle.truncatedTo(ChronoUnit.MILLIS);
            survivors = Set.copyOf(survivors);
        }
    }
}
