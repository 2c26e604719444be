package dev.coatcheck.store;

import dev.coatcheck.store.SessionChange.AttributeChange.Put;
import dev.coatcheck.store.SessionChange.AttributeChange.Swap;
import dev.coatcheck.store.SessionChange.Privilege;
import dev.coatcheck.store.StoredSession.Ending;
import dev.coatcheck.store.StoredSession.StoredAttribute;
import dev.coatcheck.token.TokenState;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The next state of a record, computed in memory: what {@link SessionChange} means, without a database. For stores that read
 * a record, change it and write it back as one step; whether the record is alive and of the guard's epoch, and who is cut off
 * or too many, is theirs to look at.
 */
public final class Revision {
    private Revision() {}

    /** Whether every swap and the token change expect what is there. */
    public static boolean fits(StoredSession current, SessionChange change) {
        for (var entry : change.attributes().entrySet()) {
            if (entry.getValue() instanceof Swap swap && swap.expectedVersion() != version(current, entry.getKey())) {
                return false;
            }
        }
        return change.token().isEmpty()
                || current.token().sameStep(change.token().get().expected());
    }

    private static long version(StoredSession session, String name) {
        StoredAttribute attribute = session.attributes().get(name);
        return attribute == null ? 0 : attribute.version();
    }

    /** The record with the change applied and its revision raised. */
    public static StoredSession of(StoredSession current, SessionChange change) {
        return of(current, change, current.revision() + 1);
    }

    /** The record with the change applied, as this revision: beyond the next one where others wrote since it was read. */
    public static StoredSession of(StoredSession current, SessionChange change, long revision) {
        return change.privilege()
                .map(privilege -> raised(current, change, privilege, revision))
                .orElseGet(() -> changed(current, change, revision));
    }

    private static StoredSession changed(StoredSession current, SessionChange change, long revision) {
        Instant lastSeenAt = change.touch()
                .map(touch -> later(current.lastSeenAt(), touch.seenAt()))
                .orElse(current.lastSeenAt());
        Instant deadline = change.touch()
                .map(touch -> later(current.deadline(), touch.deadline()))
                .orElse(current.deadline());
        TokenState token = change.token().map(SessionChange.TokenChange::next).orElse(current.token());
        return new StoredSession(
                current.id(),
                current.principal(),
                current.transport(),
                token,
                current.epoch(),
                revision,
                current.createdAt(),
                current.authenticatedAt(),
                lastSeenAt,
                current.idle(),
                current.expiresAt(),
                deadline,
                current.device(),
                attributes(current.attributes(), change, revision),
                Optional.empty());
    }

    private static StoredSession raised(
            StoredSession current, SessionChange change, Privilege privilege, long revision) {
        Map<String, StoredAttribute> survivors = new HashMap<>(current.attributes());
        survivors.keySet().retainAll(privilege.survivors());
        return new StoredSession(
                current.id(),
                Optional.of(privilege.principal()),
                current.transport(),
                privilege.token(),
                current.epoch() + 1,
                revision,
                current.createdAt(),
                Optional.of(privilege.authenticatedAt()),
                privilege.seenAt(),
                privilege.idle(),
                privilege.expiresAt(),
                privilege.deadline(),
                privilege.device(),
                attributes(survivors, change, revision),
                Optional.empty());
    }

    private static Map<String, StoredAttribute> attributes(
            Map<String, StoredAttribute> before, SessionChange change, long revision) {
        if (change.attributes().isEmpty()) {
            return before;
        }
        Map<String, StoredAttribute> after = new HashMap<>(before);
        change.attributes().forEach((name, what) -> {
            if (what instanceof Put put) {
                after.put(name, new StoredAttribute(put.json(), revision));
            } else if (what instanceof Swap swap) {
                after.put(name, new StoredAttribute(swap.json(), revision));
            } else {
                after.remove(name);
            }
        });
        return after;
    }

    /** The record as the tombstone that this ending leaves. */
    public static StoredSession ended(StoredSession current, Ending ending) {
        return new StoredSession(
                current.id(),
                current.principal(),
                current.transport(),
                current.token(),
                current.epoch(),
                current.revision(),
                current.createdAt(),
                current.authenticatedAt(),
                current.lastSeenAt(),
                current.idle(),
                current.expiresAt(),
                current.deadline(),
                current.device(),
                Map.of(),
                Optional.of(ending));
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
