package dev.coatcheck.stores.redis;

import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Created;
import dev.coatcheck.store.ListPosition;
import dev.coatcheck.store.Page;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the scripts answer, as the store's own words. */
final class Replies {
    private Replies() {}

    static Created created(List<?> reply) {
        String outcome = text(reply, 0);
        return switch (outcome) {
            case "stored" -> new Created.Stored(ids(list(reply, 1)));
            case "taken" -> new Created.Taken();
            case "limit" -> new Created.LimitReached();
            case "cutoff" -> new Created.CutOff();
            default -> throw unknown(outcome);
        };
    }

    static Changed changed(SessionId id, List<?> reply) {
        String outcome = text(reply, 0);
        return switch (outcome) {
            case "applied" ->
                new Changed.Applied(Long.parseLong(text(reply, 1)), reply.size() > 2 ? ids(list(reply, 2)) : Set.of());
            case "conflict" ->
                Records.read(id, list(reply, 1))
                        .<Changed>map(Changed.Conflict::new)
                        .orElseGet(() -> new Changed.Dead(Optional.empty()));
            case "dead" -> dead(id, text(reply, 1), number(reply, 2) == 1);
            case "replaced" -> new Changed.Replaced();
            case "limit" -> new Changed.LimitReached();
            case "cutoff" -> new Changed.CutOff();
            default -> throw unknown(outcome);
        };
    }

    private static Changed dead(SessionId id, String ending, boolean unreadable) {
        if (unreadable) {
            Records.warn(id);
        }
        return new Changed.Dead(ending.isEmpty() ? Optional.empty() : Optional.of(RecordFormat.ending(ending)));
    }

    static boolean ended(SessionId id, List<?> reply) {
        if (number(reply, 1) == 1) {
            Records.warn(id);
        }
        return number(reply, 0) == 1;
    }

    /** Whose session it is that this call ended. */
    static Optional<String> userOfEnded(List<?> reply) {
        return number(reply, 0) == 1 ? named(text(reply, 2)) : Optional.empty();
    }

    /** Whose session a change raised, and its new deadline. */
    record Raised(String user, String deadline) {}

    static Optional<Raised> raised(List<?> reply) {
        return reply.size() > 4
                ? named(text(reply, 3)).map(user -> new Raised(user, text(reply, 4)))
                : Optional.empty();
    }

    /** Who the session spoke for before a change of privilege that was applied. */
    static Optional<String> userBefore(List<?> reply) {
        return named(text(reply, 3));
    }

    private static Optional<String> named(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    static Places.Reserved reserved(List<?> reply) {
        String outcome = text(reply, 0);
        return outcome.equals("cutoff")
                ? new Places.Reserved(outcome, new Places.Place(false, List.of()))
                : new Places.Reserved(outcome, new Places.Place(number(reply, 1) == 1, positions(list(reply, 2))));
    }

    /** The user's old tombstones. */
    static Set<SessionId> toForget(List<?> reply) {
        return text(reply, 0).equals("reserved") ? ids(list(reply, 3)) : Set.of();
    }

    /** From ids and times of authentication in turn. */
    static List<ListPosition> positions(List<?> reply) {
        List<ListPosition> positions = new ArrayList<>();
        for (int i = 0; i < reply.size(); i += 2) {
            positions.add(position(reply, i));
        }
        return positions;
    }

    private static ListPosition position(List<?> reply, int index) {
        return new ListPosition(
                Instant.ofEpochMilli(Long.parseLong(text(reply, index + 1))), SessionId.of(text(reply, index)));
    }

    static Set<SessionId> ids(List<?> reply) {
        Set<SessionId> ids = new LinkedHashSet<>();
        reply.forEach(id -> ids.add(SessionId.of((String) id)));
        return Set.copyOf(ids);
    }

    /** From ids, times of authentication and records in turn, one more than the page holds when there is more. */
    static Page<StoredSession> page(List<?> reply, int size) {
        int shown = Math.min(reply.size(), 3 * size);
        List<StoredSession> sessions = new ArrayList<>();
        for (int i = 0; i < shown; i += 3) {
            Records.read(SessionId.of(text(reply, i)), list(reply, i + 2)).ifPresent(sessions::add);
        }
        return new Page<>(
                sessions,
                reply.size() > shown ? Optional.of(position(reply, shown - 3).token()) : Optional.empty());
    }

    private static String text(List<?> reply, int index) {
        return (String) reply.get(index);
    }

    static long number(List<?> reply, int index) {
        return (Long) reply.get(index);
    }

    private static List<?> list(List<?> reply, int index) {
        return (List<?>) reply.get(index);
    }

    private static IllegalStateException unknown(String outcome) {
        return new IllegalStateException("a script answered " + outcome);
    }
}
