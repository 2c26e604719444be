package dev.coatcheck.stores.redis;

import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads records from what the server answers. A record that can't be read is no record, and a warning. */
final class Records {
    private static final System.Logger LOG = System.getLogger(RedisSessionStore.class.getName());

    private Records() {}

    static Optional<StoredSession> read(SessionId id, Map<String, String> fields) {
        if (fields.isEmpty() || isFence(fields)) {
            return Optional.empty();
        }
        try {
            return Optional.of(RecordFormat.read(id, fields));
        } catch (RuntimeException e) {
            warn(id);
            LOG.log(
                    Level.DEBUG,
                    "why session {0} can't be read: {1}",
                    id,
                    e.getClass().getName());
            return Optional.empty();
        }
    }

    /** Whether no session has arrived here yet, only a decision about one. */
    private static boolean isFence(Map<String, String> fields) {
        return fields.containsKey("!") && !fields.containsKey("v");
    }

    /** From names and values in turn, as a script answers them. */
    static Optional<StoredSession> read(SessionId id, List<?> flat) {
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i + 1 < flat.size(); i += 2) {
            fields.put(String.valueOf(flat.get(i)), String.valueOf(flat.get(i + 1)));
        }
        return read(id, fields);
    }

    static void warn(SessionId id) {
        LOG.log(
                Level.WARNING,
                "session {0} can''t be read (damaged, or written by a newer release): treated as absent, left as it is",
                id);
    }
}
