package dev.coatcheck.stores.sql;

import dev.coatcheck.session.Device;
import dev.coatcheck.session.Principal;
import dev.coatcheck.session.Transport;
import dev.coatcheck.session.UserId;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.store.StoredSession.Ending;
import dev.coatcheck.token.Salt;
import dev.coatcheck.token.SessionId;
import dev.coatcheck.token.TokenHash;
import dev.coatcheck.token.TokenState;
import java.lang.System.Logger.Level;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** A session as a row: the columns, and the way there and back. */
final class SessionRow {
    /** All that a record is read from. */
    static final String COLUMNS = "id, format, user_id, user_name, roles, transport, kid, generation, token_hash, salt,"
            + " replaced, epoch, revision, created_at, authenticated_at, last_seen_at, idle_ms, expires_at, deadline,"
            + " device_name, device_agent, device_address, ended_at, end_reason, attributes";

    private static final System.Logger LOG = System.getLogger(SessionRow.class.getName());

    private SessionRow() {}

    /** The columns that a new record is written to, with their values. */
    static Map<String, @Nullable Object> of(StoredSession session) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("id", session.id().toString());
        row.put("format", StoredSession.FORMAT);
        row.put("transport", session.transport().name());
        row.put("epoch", session.epoch());
        row.put("revision", session.revision());
        row.put("created_at", millis(session.createdAt()));
        row.put(
                "authenticated_at",
                session.authenticatedAt().map(SessionRow::millis).orElse(null));
        row.put("last_seen_at", millis(session.lastSeenAt()));
        row.put("idle_ms", session.idle().toMillis());
        row.put("expires_at", millis(session.expiresAt()));
        row.put("deadline", millis(session.deadline()));
        row.put(
                "ended_at",
                session.ending().map(Ending::at).map(SessionRow::millis).orElse(null));
        row.put(
                "end_reason",
                session.ending().map(ending -> ending.why().name()).orElse(null));
        row.put("attributes", AttributesJson.write(session.attributes()));
        row.putAll(of(session.principal()));
        row.putAll(of(session.token()));
        row.putAll(of(session.device()));
        return row;
    }

    static Map<String, @Nullable Object> of(Optional<Principal> principal) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("user_id", principal.map(who -> who.id().value()).orElse(null));
        row.put("user_name", principal.map(Principal::name).orElse(null));
        row.put("roles", principal.map(who -> String.join(" ", who.roles())).orElse(null));
        return row;
    }

    static Map<String, @Nullable Object> of(TokenState token) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("kid", token.kid());
        row.put("generation", token.generation());
        row.put("token_hash", token.hash().bytes());
        row.put("salt", token.salt().bytes());
        row.put("replaced", steps(token.replaced()));
        row.put("confirmed", confirmed(token));
        return row;
    }

    static Map<String, @Nullable Object> of(Device device) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("device_name", device.name());
        row.put("device_agent", device.userAgent());
        row.put("device_address", device.address());
        return row;
    }

    static int confirmed(TokenState token) {
        return token.confirmed() ? 1 : 0;
    }

    static long millis(Instant instant) {
        return instant.toEpochMilli();
    }

    /** The record, or empty with a warning when this release can't read it. */
    static Optional<StoredSession> read(ResultSet row) throws SQLException {
        int format = row.getInt("format");
        if (format > StoredSession.FORMAT) {
            LOG.log(
                    Level.WARNING,
                    "a session of format {0} was written by a newer release; this one reads up to {1} and takes it as absent",
                    format,
                    StoredSession.FORMAT);
            return Optional.empty();
        }
        try {
            return Optional.of(decode(row));
        } catch (IllegalArgumentException | DateTimeException | JacksonException e) {
            // The kind of the exception only: its message could hold a value.
            LOG.log(
                    Level.WARNING,
                    "a session can''t be read and is taken as absent: {0} ({1})",
                    row.getString("id"),
                    e.getClass().getSimpleName());
            return Optional.empty();
        }
    }

    private static StoredSession decode(ResultSet row) throws SQLException {
        return new StoredSession(
                SessionId.of(text(row, "id")),
                principal(row),
                Transport.valueOf(text(row, "transport")),
                new TokenState(
                        row.getInt("kid"),
                        row.getInt("generation"),
                        TokenHash.ofBytes(bytes(row, "token_hash")),
                        Salt.ofBytes(bytes(row, "salt")),
                        steps(text(row, "replaced"))),
                row.getInt("epoch"),
                row.getLong("revision"),
                instant(row, "created_at"),
                optionalInstant(row, "authenticated_at"),
                instant(row, "last_seen_at"),
                Duration.ofMillis(row.getLong("idle_ms")),
                instant(row, "expires_at"),
                instant(row, "deadline"),
                new Device(text(row, "device_name"), text(row, "device_agent"), text(row, "device_address")),
                AttributesJson.read(text(row, "attributes")),
                ending(row));
    }

    private static Optional<Principal> principal(ResultSet row) throws SQLException {
        String id = row.getString("user_id");
        if (id == null) {
            return Optional.empty();
        }
        String roles = text(row, "roles");
        return Optional.of(new Principal(
                new UserId(id), text(row, "user_name"), roles.isEmpty() ? List.of() : List.of(roles.split(" ", -1))));
    }

    private static Optional<Ending> ending(ResultSet row) throws SQLException {
        Optional<Instant> at = optionalInstant(row, "ended_at");
        return at.isEmpty()
                ? Optional.empty()
                : Optional.of(new Ending(EndReason.valueOf(text(row, "end_reason")), at.get()));
    }

    private static String text(ResultSet row, String column) throws SQLException {
        String text = row.getString(column);
        if (text == null) {
            throw new IllegalArgumentException(column + " is missing");
        }
        return text;
    }

    private static byte[] bytes(ResultSet row, String column) throws SQLException {
        byte[] bytes = row.getBytes(column);
        if (bytes == null) {
            throw new IllegalArgumentException(column + " is missing");
        }
        return bytes;
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return Instant.ofEpochMilli(row.getLong(column));
    }

    static Optional<Instant> optionalInstant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    /** {@code at:seen} a step, in milliseconds, {@code at:} while the successor was not seen, with commas between. */
    private static String steps(List<TokenState.Step> steps) {
        return String.join(
                ",",
                steps.stream()
                        .map(step -> millis(step.at())
                                + ":"
                                + step.successorSeenAt()
                                        .map(seen -> Long.toString(millis(seen)))
                                        .orElse(""))
                        .toList());
    }

    private static List<TokenState.Step> steps(String text) {
        List<TokenState.Step> steps = new ArrayList<>();
        for (String step : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            String[] times = step.split(":", -1);
            if (times.length != 2) {
                throw new IllegalArgumentException("a step has two times");
            }
            steps.add(new TokenState.Step(
                    Instant.ofEpochMilli(Long.parseLong(times[0])),
                    times[1].isEmpty()
                            ? Optional.empty()
                            : Optional.of(Instant.ofEpochMilli(Long.parseLong(times[1])))));
        }
        return steps;
    }
}
