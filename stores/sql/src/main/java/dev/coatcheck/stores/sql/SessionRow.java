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
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** A session as a row: the columns, and the way there and back. */
final class SessionRow {
    /** All that a record is read from, in the order that it is read in: a name would be looked up again for each row. */
    static final String COLUMNS = "id, format, user_id, user_name, roles, transport, kid, generation, token_hash, salt,"
            + " replaced, epoch, revision, created_at, authenticated_at, last_seen_at, idle_ms, expires_at, deadline,"
            + " device_name, device_agent, device_address, ended_at, end_reason, attributes";

    private static final List<String> NAMES = List.of(COLUMNS.split(", ", -1));
    static final int ID = place("id");
    private static final int FORMAT = place("format");
    private static final int USER_ID = place("user_id");
    private static final int USER_NAME = place("user_name");
    private static final int ROLES = place("roles");
    private static final int TRANSPORT = place("transport");
    private static final int KID = place("kid");
    private static final int GENERATION = place("generation");
    private static final int TOKEN_HASH = place("token_hash");
    private static final int SALT = place("salt");
    private static final int REPLACED = place("replaced");
    private static final int EPOCH = place("epoch");
    private static final int REVISION = place("revision");
    private static final int CREATED_AT = place("created_at");
    static final int AUTHENTICATED_AT = place("authenticated_at");
    private static final int LAST_SEEN_AT = place("last_seen_at");
    private static final int IDLE_MS = place("idle_ms");
    private static final int EXPIRES_AT = place("expires_at");
    private static final int DEADLINE = place("deadline");
    private static final int DEVICE_NAME = place("device_name");
    private static final int DEVICE_AGENT = place("device_agent");
    private static final int DEVICE_ADDRESS = place("device_address");
    private static final int ENDED_AT = place("ended_at");
    private static final int END_REASON = place("end_reason");
    private static final int ATTRIBUTES = place("attributes");

    /** No text of a record has a control character, and no JSON: a row with more of them is damaged. */
    private static final char SEPARATOR = '\u001f';

    private static final char NULL = '\u001e';

    private static final Set<String> NULLABLE =
            Set.of("user_id", "user_name", "roles", "authenticated_at", "ended_at", "end_reason");

    private static final Set<String> BYTES = Set.of("token_hash", "salt");

    /**
     * All of {@link #COLUMNS} in one text, in their order, for SQLite: to its driver a column costs more than its value. The
     * control characters stand in the text of the query as they are, because a function that makes one is called for each. It
     * has a short name, because else it is named by all of this, which the driver reads each time.
     */
    static final String PACKED =
            NAMES.stream().map(SessionRow::packed).collect(Collectors.joining(" || '" + SEPARATOR + "' || ")) + " AS s";

    private static final System.Logger LOG = System.getLogger(SessionRow.class.getName());

    private SessionRow() {}

    private static int place(String column) {
        return NAMES.indexOf(column) + 1;
    }

    private static String packed(String column) {
        if (BYTES.contains(column)) {
            return "hex(" + column + ")";
        }
        return NULLABLE.contains(column) ? "ifnull(" + column + ", '" + NULL + "')" : column;
    }

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
        return read(new OfRow(row));
    }

    /** The same, of what {@link #PACKED} gives. */
    static Optional<StoredSession> readPacked(ResultSet row) throws SQLException {
        return read(new Packed(String.valueOf(row.getString(1))));
    }

    private static Optional<StoredSession> read(Values row) throws SQLException {
        try {
            long format = row.number(FORMAT);
            if (format > StoredSession.FORMAT) {
                LOG.log(
                        Level.WARNING,
                        "a session of format {0} was written by a newer release; this one reads up to {1} and takes it as absent",
                        format,
                        StoredSession.FORMAT);
                return Optional.empty();
            }
            row.checkWhole();
            return Optional.of(decode(row));
        } catch (IllegalArgumentException | DateTimeException | JacksonException e) {
            // The kind of the exception only: its message could hold a value.
            LOG.log(
                    Level.WARNING,
                    "a session can''t be read and is taken as absent: {0} ({1})",
                    row.text(ID),
                    e.getClass().getSimpleName());
            return Optional.empty();
        }
    }

    private static StoredSession decode(Values row) throws SQLException {
        return new StoredSession(
                SessionId.of(text(row, ID)),
                principal(row),
                Transport.valueOf(text(row, TRANSPORT)),
                new TokenState(
                        (int) row.number(KID),
                        (int) row.number(GENERATION),
                        TokenHash.ofBytes(bytes(row, TOKEN_HASH)),
                        Salt.ofBytes(bytes(row, SALT)),
                        steps(text(row, REPLACED))),
                (int) row.number(EPOCH),
                row.number(REVISION),
                instant(row, CREATED_AT),
                optionalInstant(row, AUTHENTICATED_AT),
                instant(row, LAST_SEEN_AT),
                Duration.ofMillis(row.number(IDLE_MS)),
                instant(row, EXPIRES_AT),
                instant(row, DEADLINE),
                new Device(text(row, DEVICE_NAME), text(row, DEVICE_AGENT), text(row, DEVICE_ADDRESS)),
                AttributesJson.read(text(row, ATTRIBUTES)),
                ending(row));
    }

    private static Optional<Principal> principal(Values row) throws SQLException {
        String id = row.text(USER_ID);
        if (id == null) {
            return Optional.empty();
        }
        String roles = text(row, ROLES);
        return Optional.of(new Principal(
                new UserId(id), text(row, USER_NAME), roles.isEmpty() ? List.of() : List.of(roles.split(" ", -1))));
    }

    private static Optional<Ending> ending(Values row) throws SQLException {
        Optional<Instant> at = optionalInstant(row, ENDED_AT);
        return at.isEmpty()
                ? Optional.empty()
                : Optional.of(new Ending(EndReason.valueOf(text(row, END_REASON)), at.get()));
    }

    private static String text(Values row, int column) throws SQLException {
        String text = row.text(column);
        if (text == null) {
            throw new IllegalArgumentException(NAMES.get(column - 1) + " is missing");
        }
        return text;
    }

    private static byte[] bytes(Values row, int column) throws SQLException {
        byte[] bytes = row.bytes(column);
        if (bytes == null) {
            throw new IllegalArgumentException(NAMES.get(column - 1) + " is missing");
        }
        return bytes;
    }

    private static Instant instant(Values row, int column) throws SQLException {
        return Instant.ofEpochMilli(row.number(column));
    }

    private static Optional<Instant> optionalInstant(Values row, int column) throws SQLException {
        return row.isNull(column) ? Optional.empty() : Optional.of(instant(row, column));
    }

    static Instant instant(ResultSet row, int column) throws SQLException {
        return Instant.ofEpochMilli(row.getLong(column));
    }

    /** What stands in a row, by the places of {@link #COLUMNS}. */
    private interface Values {
        @Nullable
        String text(int column) throws SQLException;

        byte @Nullable [] bytes(int column) throws SQLException;

        long number(int column) throws SQLException;

        boolean isNull(int column) throws SQLException;

        /** @throws IllegalArgumentException when there are more values than columns, or fewer */
        default void checkWhole() {}
    }

    private record OfRow(ResultSet row) implements Values {
        @Override
        public @Nullable String text(int column) throws SQLException {
            return row.getString(column);
        }

        @Override
        public byte @Nullable [] bytes(int column) throws SQLException {
            return row.getBytes(column);
        }

        @Override
        public long number(int column) throws SQLException {
            return row.getLong(column);
        }

        @Override
        public boolean isNull(int column) throws SQLException {
            row.getLong(column);
            return row.wasNull();
        }
    }

    /** All of them in one text. */
    private static final class Packed implements Values {
        private final String text;
        private final int[] ends = new int[NAMES.size()];
        private final boolean whole;
        private int found;

        Packed(String text) {
            this.text = text;
            int end = -1;
            while (found < ends.length && end < text.length()) {
                int next = text.indexOf(SEPARATOR, end + 1);
                end = next < 0 ? text.length() : next;
                ends[found++] = end;
            }
            whole = found == ends.length && end == text.length();
        }

        private int begin(int column) {
            return column == 1 ? 0 : end(column - 1) + 1;
        }

        private int end(int column) {
            if (column > found) {
                throw new IllegalArgumentException(NAMES.get(column - 1) + " is missing");
            }
            return ends[column - 1];
        }

        @Override
        public @Nullable String text(int column) {
            return isNull(column) ? null : text.substring(begin(column), end(column));
        }

        @Override
        public byte[] bytes(int column) {
            return HexFormat.of().parseHex(text, begin(column), end(column));
        }

        @Override
        public long number(int column) {
            return Long.parseLong(text, begin(column), end(column), 10);
        }

        @Override
        public boolean isNull(int column) {
            int begin = begin(column);
            return end(column) == begin + 1 && text.charAt(begin) == NULL;
        }

        @Override
        public void checkWhole() {
            if (!whole) {
                throw new IllegalArgumentException("a text of a record has no control characters");
            }
        }
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
