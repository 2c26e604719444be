package dev.coatcheck.stores.redis;

import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Created;
import dev.coatcheck.store.Page;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
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
            case "applied" -> new Changed.Applied(Long.parseLong(text(reply, 1)), ids(list(reply, 2)));
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
                reply.size() > shown
                        ? Optional.of(new Position(text(reply, shown - 2), text(reply, shown - 3)).token())
                        : Optional.empty());
    }

    private static String text(List<?> reply, int index) {
        return (String) reply.get(index);
    }

    private static long number(List<?> reply, int index) {
        return (Long) reply.get(index);
    }

    private static List<?> list(List<?> reply, int index) {
        return (List<?>) reply.get(index);
    }

    private static IllegalStateException unknown(String outcome) {
        return new IllegalStateException("a script answered " + outcome);
    }
}
