package dev.coatcheck.stores.sql;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Created;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * MariaDB and MySQL: every step one round trip.
 *
 * <p>They have no UPDATE with RETURNING: the new revision comes back as the "last insert id" of the update's answer, and what
 * concerns all of a user's sessions goes out as one message of several statements, from START TRANSACTION to COMMIT, which
 * hand each other what they found in variables of the connection. The user's lock is their row among the cutoffs, made for
 * the purpose if there is none, with a line that cuts nothing off.
 */
final class MariadbSteps extends ServerSteps {

    /** No limit: MariaDB has no OFFSET without one. */
    private static final int ALL = Integer.MAX_VALUE;

    MariadbSteps(SqlDatabase database) {
        super(database);
    }

    @Override
    Created signIn(StoredSession session, UserId user, Map<String, @Nullable Object> row, PerUserLimit limit) {
        Fragment made = Fragment.joined(
                "",
                List.of(
                        Fragment.of(
                                SessionSteps.insert(dialect, row, "SELECT ", " FROM dual WHERE "),
                                row.values().toArray()),
                        room(limit)));
        Fragment script = step(
                session.id(),
                user,
                session.authenticatedAt().orElseThrow(),
                session.lastSeenAt(),
                limit,
                Fragment.of("0"),
                made);
        return database.write("create", sql -> {
            Facts facts;
            try {
                facts = Facts.of(sql.transaction("START TRANSACTION", script));
            } catch (SQLException e) {
                if (MariadbDialect.isDuplicate(e)) {
                    return new Created.Taken();
                }
                throw e;
            }
            if (facts.made()) {
                return new Created.Stored(facts.ended());
            }
            return facts.cut() ? new Created.CutOff() : new Created.LimitReached();
        });
    }

    @Override
    Changed change(SessionId id, Guard guard, ChangeUpdate update) {
        Fragment statement = update.statement();
        String text = update.text(statement);
        return database.write("apply", sql -> {
            Optional<Long> revision = (update.isCommon() ? sql.often() : sql).key(text, statement.array());
            return revision.isPresent()
                    ? new Changed.Applied(revision.get(), Set.of())
                    : SessionSteps.refusal(SessionSteps.select(dialect, sql, id), guard);
        });
    }

    @Override
    Changed raise(SessionId id, Guard guard, SessionChange.Privilege privilege, ChangeUpdate update) {
        UserId user = privilege.principal().id();
        Fragment script = step(
                id,
                user,
                privilege.authenticatedAt(),
                guard.now(),
                privilege.limit(),
                Fragment.of(
                        "EXISTS (SELECT 1 FROM sessions WHERE id = ? AND user_id = ?)", id.toString(), user.value()),
                update.statement("", room(privilege.limit())));
        return database.write("apply", sql -> {
            Facts facts = Facts.of(sql.transaction("START TRANSACTION", script));
            if (facts.made()) {
                return new Changed.Applied(facts.revision(), facts.ended());
            }
            if (facts.cut()) {
                return new Changed.CutOff();
            }
            return facts.full(privilege.limit())
                    ? new Changed.LimitReached()
                    : SessionSteps.refusal(SessionSteps.select(dialect, sql, id), guard);
        });
    }

    /** Whether there is a place, as a condition on what was found. */
    private static Fragment room(PerUserLimit limit) {
        return limit.policy() == PerUserLimit.Policy.REFUSE
                ? Fragment.of("NOT @coatcheck_cut AND (@coatcheck_theirs OR @coatcheck_others < ?)", limit.most())
                : Fragment.of("NOT @coatcheck_cut");
    }

    /** The lock, and then: look, write if there is a place, name and end who is one too many; forget old tombstones. */
    private static Fragment step(
            SessionId id,
            UserId user,
            Instant authenticatedAt,
            Instant now,
            PerUserLimit limit,
            Fragment theirs,
            Fragment made) {
        long at = SessionRow.millis(now);
        Fragment excess = Fragment.of(
                "SELECT id FROM sessions WHERE @coatcheck_made AND NOT @coatcheck_theirs AND @coatcheck_others >= ? AND "
                        + OTHERS + " ORDER BY last_seen_at DESC, id DESC LIMIT " + ALL + " OFFSET ?",
                limit.most(),
                user.value(),
                id.toString(),
                at,
                limit.most() - 1);
        return Fragment.joined(
                "",
                List.of(
                        // A key that is there already is locked all the same.
                        Fragment.of(
                                "INSERT INTO session_cutoffs (user_id, not_before, kept_until) VALUES (?, ?, ?)"
                                        + " ON DUPLICATE KEY UPDATE user_id = user_id;",
                                user.value(),
                                Long.MIN_VALUE,
                                at),
                        Fragment.of(
                                "SELECT not_before >= ? INTO @coatcheck_cut FROM session_cutoffs WHERE user_id = ?;",
                                SessionRow.millis(authenticatedAt),
                                user.value()),
                        Fragment.of("SELECT "),
                        theirs,
                        Fragment.of(" INTO @coatcheck_theirs;"),
                        Fragment.of(
                                "SELECT count(*) INTO @coatcheck_others FROM sessions WHERE " + OTHERS + ";",
                                user.value(),
                                id.toString(),
                                at),
                        made,
                        Fragment.of("; SET @coatcheck_made = row_count(), @coatcheck_revision = last_insert_id();"),
                        excess,
                        Fragment.of(" FOR UPDATE;"),
                        Fragment.of(END + "id IN (SELECT id FROM (", at, EndReason.LIMIT.name()),
                        excess,
                        Fragment.of(") AS excess) AND user_id = ? AND " + ALIVE + ";", user.value(), at),
                        forgetting(user),
                        Fragment.of("SELECT @coatcheck_made, @coatcheck_revision, @coatcheck_cut, @coatcheck_theirs,"
                                + " @coatcheck_others")));
    }

    /**
     * The oldest that is to stay is looked up without a lock, so that none is locked but what goes. Both go along the index
     * of the user's sessions, from its end and from its beginning: also a user who has thousands is looked at briefly.
     */
    private static Fragment forgetting(UserId user) {
        return Fragment.of(
                "SET @coatcheck_ended = NULL; SELECT ended_at, authenticated_at, id"
                        + " INTO @coatcheck_ended, @coatcheck_authenticated, @coatcheck_id FROM sessions WHERE "
                        + TOMBSTONES + " ORDER BY ended_at DESC, authenticated_at, id DESC LIMIT 1 OFFSET "
                        + (SessionStore.MOST_TOMBSTONES - 1) + "; DELETE FROM sessions WHERE " + TOMBSTONES
                        + " AND ended_at <= @coatcheck_ended AND (ended_at < @coatcheck_ended"
                        + " OR authenticated_at > @coatcheck_authenticated"
                        + " OR authenticated_at = @coatcheck_authenticated AND id < @coatcheck_id)"
                        + " ORDER BY ended_at LIMIT " + SessionStore.MOST_FORGOTTEN + ";",
                user.value(),
                user.value());
    }

    @Override
    public boolean end(SessionId id, EndReason why, Instant now, OptionalInt epoch) {
        Fragment end = SessionSteps.ending(id, why, now, epoch);
        return database.writeFirst("end", sql -> sql.update(end.sql(), end.array()) == 1);
    }

    @Override
    public Set<SessionId> endAll(UserId user, Cutoff cutoff, EndReason why, Instant now) {
        Fragment cut = SessionSteps.cut(user, cutoff, now);
        Fragment script = Fragment.joined(
                "",
                List.of(
                        Fragment.of(
                                "INSERT INTO session_cutoffs (user_id, not_before, kept_until) VALUES (?, ?, ?)"
                                        + " ON DUPLICATE KEY UPDATE not_before = greatest(not_before, VALUES(not_before)),"
                                        + " kept_until = greatest(kept_until, VALUES(kept_until));",
                                user.value(),
                                SessionRow.millis(cutoff.notBefore()),
                                SessionRow.millis(now.plus(cutoff.keptFor()))),
                        Fragment.of("SELECT id FROM sessions WHERE "),
                        cut,
                        Fragment.of(" FOR UPDATE; " + END, SessionRow.millis(now), why.name()),
                        cut));
        return database.writeFirst(
                "endAll",
                sql -> ids(sql.transaction("START TRANSACTION", script).get(0)));
    }

    private static Set<SessionId> ids(List<List<@Nullable String>> rows) {
        return SessionSteps.ids(rows.stream()
                .map(row -> Optional.ofNullable(row.get(0)).flatMap(SessionId::parse))
                .toList());
    }

    /** In two messages: a DELETE can't pass over what others have locked, a SELECT can. */
    @Override
    public int purge(long deadBefore, int limit) {
        return database.write("purge", sql -> {
            forget(
                    sql,
                    "session_cutoffs",
                    "user_id",
                    Fragment.of("kept_until < ? ORDER BY kept_until LIMIT ?", deadBefore, CUTOFFS_AT_ONCE));
            return forget(
                    sql,
                    "sessions",
                    "id",
                    Fragment.of(
                            "dead_at < ? AND format <= ? ORDER BY dead_at LIMIT ?",
                            deadBefore,
                            StoredSession.FORMAT,
                            limit));
        });
    }

    /** Where others are at the same rows again and again, they do the work: nothing is left for this one. */
    static int forget(Statements sql, String table, String key, Fragment which) throws SQLException {
        for (int tries = 1; tries <= PooledEngine.TRIES; tries++) {
            sql.run("START TRANSACTION");
            try {
                int gone = delete(sql, table, key, which);
                sql.run("COMMIT");
                return gone;
            } catch (SQLException e) {
                sql.run("ROLLBACK");
                if (!PooledEngine.wasRolledBack(e)) {
                    throw e;
                }
                PooledEngine.aMoment(tries);
            }
        }
        return 0;
    }

    private static int delete(Statements sql, String table, String key, Fragment which) throws SQLException {
        List<String> keys = sql.all(
                "SELECT " + key + " FROM " + table + " WHERE " + which.sql() + " FOR UPDATE SKIP LOCKED",
                row -> row.getString(1),
                which.array());
        return keys.isEmpty()
                ? 0
                : sql.update(
                        "DELETE FROM " + table + " WHERE " + key + " IN ("
                                + String.join(", ", Collections.nCopies(keys.size(), "?")) + ")",
                        keys.toArray());
    }

    /** What a step looked at, and what it did. */
    private record Facts(boolean made, long revision, boolean cut, boolean theirs, int others, Set<SessionId> ended) {
        static Facts of(List<List<List<@Nullable String>>> answers) throws SQLException {
            if (answers.size() != 2 || answers.get(1).size() != 1) {
                throw new SQLException("a step answers ids and one row of facts");
            }
            List<@Nullable String> row = answers.get(1).get(0);
            return new Facts(
                    "1".equals(row.get(0)),
                    Long.parseLong(String.valueOf(row.get(1))),
                    "1".equals(row.get(2)),
                    "1".equals(row.get(3)),
                    Integer.parseInt(String.valueOf(row.get(4))),
                    MariadbSteps.ids(answers.get(0)));
        }

        boolean full(PerUserLimit limit) {
            return limit.policy() == PerUserLimit.Policy.REFUSE && !theirs && others >= limit.most();
        }
    }
}
