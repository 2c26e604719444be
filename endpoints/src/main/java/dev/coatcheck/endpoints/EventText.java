package dev.coatcheck.endpoints;

import dev.coatcheck.json.JsonDocument;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Server-sent events as text. Data is one line of JSON, which has no raw line breaks. */
final class EventText {
    /** A comment: says nothing but that the stream is alive. */
    static final String BEAT = ":\n\n";

    private EventText() {}

    /** How long a reader is to wait before it comes back; said before the reader needs it. */
    static String comeBack(Duration after) {
        return "retry: " + after.toMillis() + "\n\n";
    }

    static String ended(SessionId id, String code, String reason) {
        return event("session-ended", Map.of("id", id.toString()), Map.of("code", code), Map.of("reason", reason));
    }

    static String expiring(StoredSession session, Instant now) {
        return event("session-expiring", Map.of("id", session.id().toString()), times(session, now));
    }

    static String changed(StoredSession session, Instant now) {
        return event("session-changed", Map.of("id", session.id().toString()), times(session, now));
    }

    /** {@code revoked-by-user} and so on; {@code expired} and {@code missing} are no ending of the store's. */
    static String reason(EndReason why) {
        return why.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Map<String, Object> times(StoredSession session, Instant now) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("idleExpiresAt", session.deadline().toString());
        members.put("expiresAt", session.expiresAt().toString());
        members.put("idleExpiresIn", SessionDocument.seconds(now, session.deadline()));
        members.put("expiresIn", SessionDocument.seconds(now, session.expiresAt()));
        return members;
    }

    @SafeVarargs
    private static String event(String name, Map<String, ?>... parts) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (Map<String, ?> part : parts) {
            members.putAll(part);
        }
        return "event: " + name + "\ndata: " + JsonDocument.text(members) + "\n\n";
    }
}
