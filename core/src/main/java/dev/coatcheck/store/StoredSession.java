package dev.coatcheck.store;

import dev.coatcheck.session.Device;
import dev.coatcheck.session.Principal;
import dev.coatcheck.session.Transport;
import dev.coatcheck.token.SessionId;
import dev.coatcheck.token.TokenState;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One session as a store keeps it: a signed-in device, or a visitor for whom there was something to remember.
 *
 * <p>All instants and durations have millisecond precision: what is finer is cut off when the record is made. A store keeps every field and judges none of them, except that a record is
 * <em>alive at</em> an instant when it has no ending and its {@code deadline} lies after the instant: the deadline itself
 * is already dead.
 *
 * @param id the only primary key
 * @param principal who it speaks for; empty for an anonymous session
 * @param transport how its ticket travels
 * @param token hash, generation and grace of the ticket
 * @param epoch the privilege epoch: rises with every sign-in and step-up, and stands in every {@link Guard}
 * @param revision rises by one with every applied {@link SessionChange}; the version of an attribute is the revision that wrote it
 * @param createdAt when the record was made
 * @param authenticatedAt when the person last proved who they are; present exactly when there is a principal
 * @param lastSeenAt the last touch
 * @param idle how long the session lives without a touch
 * @param expiresAt the absolute end
 * @param deadline the earlier of {@code lastSeenAt + idle} and {@code expiresAt}
 * @param device what the person's device list shows
 * @param attributes JSON texts by name, names as {@link AttributeName} says
 * @param ending why and when it ended; empty while it lives
 */
public record StoredSession(
        SessionId id,
        Optional<Principal> principal,
        Transport transport,
        TokenState token,
        int epoch,
        long revision,
        Instant createdAt,
        Optional<Instant> authenticatedAt,
        Instant lastSeenAt,
        Duration idle,
        Instant expiresAt,
        Instant deadline,
        Device device,
        Map<String, StoredAttribute> attributes,
        Optional<Ending> ending) {

    /** The version of the stored format that this release writes. Stores keep it beside each record. */
    public static final int FORMAT = 1;

    /** @throws IllegalArgumentException when there is a principal without a proof, or a proof without a principal */
    public StoredSession {
        if (principal.isPresent() != authenticatedAt.isPresent()) {
            throw new IllegalArgumentException(
                    "a session has both a principal and a time of authentication, or neither");
        }
        createdAt = Millis.truncated(createdAt);
        authenticatedAt = authenticatedAt.map(Millis::truncated);
        lastSeenAt = Millis.truncated(lastSeenAt);
        idle = Millis.truncated(idle);
        expiresAt = Millis.truncated(expiresAt);
        deadline = Millis.truncated(deadline);
        attributes = Map.copyOf(attributes);
        attributes.keySet().forEach(AttributeName::check);
    }

    /** Whether there is no ending and the deadline lies after {@code now}. */
    public boolean aliveAt(Instant now) {
        return ending.isEmpty() && now.isBefore(deadline);
    }

    /**
     * One attribute: JSON text (RFC 8259, so without a raw NUL or a lone surrogate) that the store keeps to the letter and
     * never parses, and the revision that wrote it (1 or more).
     */
    public record StoredAttribute(String json, long version) {}

    /** Why a session ended, and when. The first ending stays. */
    public record Ending(EndReason why, Instant at) {
        public Ending {
            at = Millis.truncated(at);
        }
    }
}
