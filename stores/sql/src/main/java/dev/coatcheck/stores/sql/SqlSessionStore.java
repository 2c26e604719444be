package dev.coatcheck.stores.sql;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Created;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.ListPosition;
import dev.coatcheck.store.Page;
import dev.coatcheck.store.PageToken;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in a SQL database, one row each, attributes in one JSON column.
 *
 * <p>A read is one SELECT by key, an update one conditional UPDATE; only a refusal costs a second look. Sign-ins and
 * {@code endAll} are one transaction. A row of a newer format, or one that is damaged, is taken as absent with a warning;
 * it is never written and never purged here, but it can be ended: a sign-out holds whichever node hears it.
 */
public final class SqlSessionStore implements SessionStore {
    private static final int PURGED_AT_ONCE = 500;
    private static final String ALIVE = "ended_at IS NULL AND deadline > ?";
    private static final String END = "UPDATE sessions SET ended_at = ?, end_reason = ?, attributes ="
            + " CASE WHEN format <= " + StoredSession.FORMAT + " THEN '{}' ELSE attributes END WHERE ";

    private final SqlDatabase database;
    private final Dialect dialect;
    private volatile boolean closed;

    /** A store in this database, which stays open when the store is closed. */
    public SqlSessionStore(SqlDatabase database) {
        this.database = database;
        this.dialect = database.dialect();
    }

    @Override
    public Optional<StoredSession> find(SessionId id) {
        refuseWhenClosed("find");
        return database.read("find", sql -> select(sql, id));
    }

    private static Optional<StoredSession> select(Statements sql, SessionId id) throws SQLException {
        return sql.first(
                        "SELECT " + SessionRow.COLUMNS + " FROM sessions WHERE id = ?", SessionRow::read, id.toString())
                .flatMap(record -> record);
    }

    @Override
    public Created create(StoredSession session, PerUserLimit limit) {
        refuseWhenClosed("create");
        Map<String, @Nullable Object> row = SessionRow.of(session);
        return database.write("create", sql -> {
            if (session.principal().isEmpty()) {
                return insert(sql, row) ? new Created.Stored(Set.of()) : new Created.Taken();
            }
            UserId user = session.principal().get().id();
            if (cutOff(sql, user, session.authenticatedAt().orElseThrow())) {
                return new Created.CutOff();
            }
            Room room = Room.beside(sql, user, session.id(), limit, session.lastSeenAt());
            if (room.refused()) {
                return new Created.LimitReached();
            }
            return insert(sql, row) ? new Created.Stored(room.make(sql)) : new Created.Taken();
        });
    }

    private static boolean insert(Statements sql, Map<String, @Nullable Object> row) throws SQLException {
        String marks =
                String.join(", ", row.keySet().stream().map(column -> "?").toList());
        return sql.update(
                        "INSERT INTO sessions (" + String.join(", ", row.keySet()) + ") VALUES (" + marks
                                + ") ON CONFLICT (id) DO NOTHING",
                        row.values().toArray())
                == 1;
    }

    private static boolean cutOff(Statements sql, UserId user, Instant authenticatedAt) throws SQLException {
        return sql.first(
                        "SELECT 1 FROM session_cutoffs WHERE user_id = ? AND not_before >= ?",
                        row -> true,
                        user.value(),
                        SessionRow.millis(authenticatedAt))
                .isPresent();
    }

    @Override
    public Changed apply(SessionId id, Guard guard, SessionChange change) {
        refuseWhenClosed("apply");
        Fragment update = ChangeUpdate.of(dialect, id, guard, change);
        return database.write("apply", sql -> {
            if (change.privilege().isPresent()) {
                return raise(sql, id, guard, change.privilege().get(), update);
            }
            Optional<Long> revision = run(sql, update);
            return revision.isPresent()
                    ? new Changed.Applied(revision.get(), Set.of())
                    : refusal(select(sql, id), guard);
        });
    }

    private static Optional<Long> run(Statements sql, Fragment update) throws SQLException {
        return sql.first(update.sql(), row -> row.getLong(1), update.array());
    }

    private static Changed raise(
            Statements sql, SessionId id, Guard guard, SessionChange.Privilege privilege, Fragment update)
            throws SQLException {
        UserId user = privilege.principal().id();
        if (cutOff(sql, user, privilege.authenticatedAt())) {
            return new Changed.CutOff();
        }
        Room room = belongsTo(sql, id, user) ? Room.ENOUGH : Room.beside(sql, user, id, privilege.limit(), guard.now());
        if (room.refused()) {
            return new Changed.LimitReached();
        }
        Optional<Long> revision = run(sql, update);
        return revision.isPresent()
                ? new Changed.Applied(revision.get(), room.make(sql))
                : refusal(select(sql, id), guard);
    }

    private static boolean belongsTo(Statements sql, SessionId id, UserId user) throws SQLException {
        return sql.first(
                        "SELECT 1 FROM sessions WHERE id = ? AND user_id = ?", row -> true, id.toString(), user.value())
                .isPresent();
    }

    /** Why the update found no row, in the order that the contract names; within the same transaction nothing has changed. */
    private static Changed refusal(Optional<StoredSession> current, Guard guard) {
        if (current.isEmpty() || !current.get().aliveAt(guard.now())) {
            return new Changed.Dead(current.flatMap(StoredSession::ending));
        }
        return current.get().epoch() == guard.epoch() ? new Changed.Conflict(current.get()) : new Changed.Replaced();
    }

    @Override
    public boolean end(SessionId id, EndReason why, Instant now, OptionalInt epoch) {
        refuseWhenClosed("end");
        long at = SessionRow.millis(now);
        return database.writeFirst(
                "end",
                sql -> (epoch.isEmpty()
                                ? sql.update(END + "id = ? AND " + ALIVE, at, why.name(), id.toString(), at)
                                : sql.update(
                                        END + "id = ? AND epoch = ? AND " + ALIVE,
                                        at,
                                        why.name(),
                                        id.toString(),
                                        epoch.getAsInt(),
                                        at))
                        == 1);
    }

    @Override
    public Set<SessionId> endAll(UserId user, Cutoff cutoff, EndReason why, Instant now) {
        refuseWhenClosed("endAll");
        long at = SessionRow.millis(now);
        long line = SessionRow.millis(cutoff.notBefore());
        return database.writeFirst("endAll", sql -> {
            sql.update(
                    "INSERT INTO session_cutoffs (user_id, not_before, kept_until) VALUES (?, ?, ?)"
                            + " ON CONFLICT (user_id) DO UPDATE SET not_before = "
                            + dialect.later("session_cutoffs.not_before", "excluded.not_before") + ", kept_until = "
                            + dialect.later("session_cutoffs.kept_until", "excluded.kept_until"),
                    user.value(),
                    line,
                    SessionRow.millis(now.plus(cutoff.keptFor())));
            return ids(sql.all(
                    END + "user_id = ? AND " + ALIVE + " AND authenticated_at <= ? AND id <> ? RETURNING id",
                    SqlSessionStore::id,
                    at,
                    why.name(),
                    user.value(),
                    at,
                    line,
                    cutoff.except().map(SessionId::toString).orElse("")));
        });
    }

    /** Empty when the key itself is damaged: that must not keep the others from being ended or listed. */
    private static Optional<SessionId> id(ResultSet row) throws SQLException {
        return Optional.ofNullable(row.getString("id")).flatMap(SessionId::parse);
    }

    private static Set<SessionId> ids(List<Optional<SessionId>> rows) {
        return rows.stream().flatMap(Optional::stream).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Page<StoredSession> list(UserId user, Optional<PageToken> after, int size, Instant now) {
        ListPosition.checkSize(size);
        refuseWhenClosed("list");
        Optional<ListPosition> from = after.flatMap(ListPosition::parse);
        if (after.isPresent() && from.isEmpty()) {
            return new Page<>(List.of(), Optional.empty());
        }
        List<Fragment> pieces = new ArrayList<>();
        pieces.add(Fragment.of(
                "SELECT " + SessionRow.COLUMNS + " FROM sessions WHERE user_id = ? AND " + ALIVE,
                user.value(),
                SessionRow.millis(now)));
        from.ifPresent(position -> {
            long at = SessionRow.millis(position.authenticatedAt());
            // The first condition is what the index is entered by.
            pieces.add(Fragment.of(
                    " AND authenticated_at <= ? AND (authenticated_at < ? OR id > ?)",
                    at,
                    at,
                    position.id().toString()));
        });
        pieces.add(Fragment.of(" ORDER BY authenticated_at DESC, id LIMIT ?", size + 1));
        Fragment query = Fragment.joined("", pieces);
        List<Optional<Listed>> rows = database.read("list", sql -> sql.all(query.sql(), Listed::read, query.array()));
        return page(rows.stream().flatMap(Optional::stream).toList(), size);
    }

    private static Page<StoredSession> page(List<Listed> rows, int size) {
        Optional<PageToken> next =
                rows.size() > size ? Optional.of(rows.get(size - 1).position().token()) : Optional.empty();
        return new Page<>(
                rows.stream().limit(size).flatMap(row -> row.record().stream()).toList(), next);
    }

    @Override
    public int purge(Instant deadBefore, int atMost) {
        refuseWhenClosed("purge");
        long line = SessionRow.millis(deadBefore);
        int forgotten = 0;
        while (forgotten < atMost) {
            int wanted = Math.min(PURGED_AT_ONCE, atMost - forgotten);
            int batch = database.write("purge", sql -> purge(sql, line, wanted));
            forgotten += batch;
            if (batch < wanted) {
                break;
            }
        }
        return forgotten;
    }

    private static int purge(Statements sql, long line, int limit) throws SQLException {
        sql.update(
                "DELETE FROM session_cutoffs WHERE user_id IN"
                        + " (SELECT user_id FROM session_cutoffs WHERE kept_until < ? ORDER BY kept_until LIMIT ?)",
                line,
                PURGED_AT_ONCE);
        return sql.update(
                "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE dead_at < ? AND format <= ?"
                        + " ORDER BY dead_at LIMIT ?)",
                line,
                StoredSession.FORMAT,
                limit);
    }

    @Override
    public void close() {
        closed = true;
    }

    private void refuseWhenClosed(String operation) {
        if (closed) {
            throw StoreUnavailableException.closed(operation);
        }
    }

    /** A row of a list: its place, and its record unless it can't be read. */
    private record Listed(ListPosition position, Optional<StoredSession> record) {
        static Optional<Listed> read(ResultSet row) throws SQLException {
            Instant authenticatedAt = SessionRow.instant(row, "authenticated_at");
            Optional<StoredSession> record = SessionRow.read(row);
            return id(row).map(id -> new Listed(new ListPosition(authenticatedAt, id), record));
        }
    }

    /** How many of a user's sessions have to end to make room for one more. */
    private record Room(String user, String joining, int tooMany, PerUserLimit.Policy policy, long now) {
        static final Room ENOUGH = new Room("", "", 0, PerUserLimit.Policy.END_OLDEST, 0);

        static Room beside(Statements sql, UserId user, SessionId joining, PerUserLimit limit, Instant at)
                throws SQLException {
            long now = SessionRow.millis(at);
            int others = sql.first(
                            "SELECT count(*) FROM sessions WHERE user_id = ? AND id <> ? AND " + ALIVE,
                            row -> row.getInt(1),
                            user.value(),
                            joining.toString(),
                            now)
                    .orElse(0);
            return new Room(user.value(), joining.toString(), others + 1 - limit.most(), limit.policy(), now);
        }

        boolean refused() {
            return tooMany > 0 && policy == PerUserLimit.Policy.REFUSE;
        }

        Set<SessionId> make(Statements sql) throws SQLException {
            if (tooMany <= 0) {
                return Set.of();
            }
            return ids(sql.all(
                    END + "id IN (SELECT id FROM sessions WHERE user_id = ? AND id <> ? AND " + ALIVE
                            + " ORDER BY last_seen_at, id LIMIT ?) RETURNING id",
                    SqlSessionStore::id,
                    now,
                    EndReason.LIMIT.name(),
                    user,
                    joining,
                    now,
                    tooMany));
        }
    }
}
