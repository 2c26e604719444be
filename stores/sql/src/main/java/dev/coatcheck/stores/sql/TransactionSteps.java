package dev.coatcheck.stores.sql;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Created;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Statement by statement within a transaction that no other writer comes between: SQLite, where a statement costs no journey. */
final class TransactionSteps implements SessionSteps {
    private final SqlDatabase database;
    private final Dialect dialect;

    TransactionSteps(SqlDatabase database) {
        this.database = database;
        this.dialect = database.dialect();
    }

    @Override
    public Created create(StoredSession session, PerUserLimit limit) {
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
            if (!insert(sql, row)) {
                return new Created.Taken();
            }
            Set<SessionId> ended = room.make(sql);
            forgetOldTombstones(sql, user);
            return new Created.Stored(ended);
        });
    }

    private static void forgetOldTombstones(Statements sql, UserId user) throws SQLException {
        sql.update("DELETE FROM sessions WHERE id IN (" + OLD_TOMBSTONES + ")", user.value());
    }

    private boolean insert(Statements sql, Map<String, @Nullable Object> row) throws SQLException {
        return dialect.insert(
                sql,
                SessionSteps.insert(dialect, row, "VALUES (", ")"),
                row.values().toArray());
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
        ChangeUpdate changing = ChangeUpdate.of(dialect, id, guard, change);
        Fragment update = returning(changing.statement(), "revision");
        String text = changing.text(update);
        return database.write("apply", sql -> {
            if (change.privilege().isPresent()) {
                return raise(sql, id, guard, change.privilege().get(), text, update);
            }
            Optional<Long> revision = run(sql, text, update);
            return revision.isPresent()
                    ? new Changed.Applied(revision.get(), Set.of())
                    : SessionSteps.refusal(SessionSteps.select(dialect, sql, id), guard);
        });
    }

    private static Fragment returning(Fragment update, String column) {
        return update.within("", " RETURNING " + column);
    }

    private static Optional<Long> run(Statements sql, String text, Fragment update) throws SQLException {
        return sql.first(text, row -> row.getLong(1), update.array());
    }

    private Changed raise(
            Statements sql, SessionId id, Guard guard, SessionChange.Privilege privilege, String text, Fragment update)
            throws SQLException {
        UserId user = privilege.principal().id();
        if (cutOff(sql, user, privilege.authenticatedAt())) {
            return new Changed.CutOff();
        }
        Room room = belongsTo(sql, id, user) ? Room.ENOUGH : Room.beside(sql, user, id, privilege.limit(), guard.now());
        if (room.refused()) {
            return new Changed.LimitReached();
        }
        Optional<Long> revision = run(sql, text, update);
        if (revision.isEmpty()) {
            return SessionSteps.refusal(SessionSteps.select(dialect, sql, id), guard);
        }
        Set<SessionId> ended = room.make(sql);
        forgetOldTombstones(sql, user);
        return new Changed.Applied(revision.get(), ended);
    }

    private static boolean belongsTo(Statements sql, SessionId id, UserId user) throws SQLException {
        return sql.first(
                        "SELECT 1 FROM sessions WHERE id = ? AND user_id = ?", row -> true, id.toString(), user.value())
                .isPresent();
    }

    @Override
    public boolean end(SessionId id, EndReason why, Instant now, OptionalInt epoch) {
        Fragment end = SessionSteps.ending(id, why, now, epoch);
        return database.writeFirst("end", sql -> sql.update(end.sql(), end.array()) == 1);
    }

    @Override
    public Set<SessionId> endAll(UserId user, Cutoff cutoff, EndReason why, Instant now) {
        Fragment end = returning(
                Fragment.joined(
                        "",
                        List.of(
                                Fragment.of(END, SessionRow.millis(now), why.name()),
                                SessionSteps.cut(user, cutoff, now))),
                "id");
        return database.writeFirst("endAll", sql -> {
            sql.update(
                    "INSERT INTO session_cutoffs (user_id, not_before, kept_until) VALUES (?, ?, ?)"
                            + " ON CONFLICT (user_id) DO UPDATE SET not_before = "
                            + dialect.later("session_cutoffs.not_before", "excluded.not_before") + ", kept_until = "
                            + dialect.later("session_cutoffs.kept_until", "excluded.kept_until"),
                    user.value(),
                    SessionRow.millis(cutoff.notBefore()),
                    SessionRow.millis(now.plus(cutoff.keptFor())));
            return SessionSteps.ids(sql.all(end.sql(), SessionSteps::id, end.array()));
        });
    }

    @Override
    public int purge(long deadBefore, int limit) {
        return database.write("purge", sql -> {
            sql.update(
                    "DELETE FROM session_cutoffs WHERE user_id IN"
                            + " (SELECT user_id FROM session_cutoffs WHERE kept_until < ? ORDER BY kept_until LIMIT ?)",
                    deadBefore,
                    CUTOFFS_AT_ONCE);
            return sql.update(
                    "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE dead_at < ? AND format <= ?"
                            + " ORDER BY dead_at LIMIT ?)",
                    deadBefore,
                    StoredSession.FORMAT,
                    limit);
        });
    }

    /** How many of a user's sessions have to end to make room for one more. */
    private record Room(String user, String joining, int tooMany, PerUserLimit.Policy policy, long now) {
        static final Room ENOUGH = new Room("", "", 0, PerUserLimit.Policy.END_OLDEST, 0);

        static Room beside(Statements sql, UserId user, SessionId joining, PerUserLimit limit, Instant at)
                throws SQLException {
            long now = SessionRow.millis(at);
            int others = sql.first(
                            "SELECT count(*) FROM sessions WHERE " + OTHERS,
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
            return SessionSteps.ids(sql.all(
                    END + "id IN (SELECT id FROM sessions WHERE " + OTHERS
                            + " ORDER BY last_seen_at, id LIMIT ?) RETURNING id",
                    SessionSteps::id,
                    now,
                    EndReason.LIMIT.name(),
                    user,
                    joining,
                    now,
                    tooMany));
        }
    }
}
