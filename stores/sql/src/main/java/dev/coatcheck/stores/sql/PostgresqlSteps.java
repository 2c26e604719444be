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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL: every step one round trip.
 *
 * <p>What concerns all of a user's sessions goes out as one message of several statements, from BEGIN to COMMIT: first the
 * user's lock, an advisory one, and then one statement of several parts. That one sees all that was committed before it got
 * the lock (read committed takes a snapshot for each statement). Within it, parts that write meet other parts in a FROM and
 * never in a sub-select: when a row has changed meanwhile, PostgreSQL looks at the conditions again, and can't look into
 * another part that writes from there.
 *
 * <p>The driver sends statements together only while it knows that the answer is short: every column of the answers has
 * a type of fixed length, ids the type {@code name}. Where it does not, a step is as safe, and takes longer.
 */
final class PostgresqlSteps extends ServerSteps {
    /** Of the hash that makes a lock out of a user's id; keeps apart from other programs' locks. */
    private static final long LOCK_SEED = 0x636f6174636865L;

    private static final String LOCK =
            "SELECT pg_advisory_xact_lock(hashtextextended(?, " + LOCK_SEED + "))::text = '';";

    PostgresqlSteps(SqlDatabase database) {
        super(database);
    }

    @Override
    Created signIn(StoredSession session, UserId user, Map<String, @Nullable Object> row, PerUserLimit limit) {
        Fragment made = Fragment.joined(
                "",
                List.of(
                        Fragment.of(
                                SessionSteps.insert(dialect, row, "SELECT ", " FROM facts WHERE "),
                                row.values().toArray()),
                        room(limit),
                        Fragment.of(" ON CONFLICT DO NOTHING RETURNING revision AS new_revision")));
        Facts facts = step(
                "create",
                session.id(),
                user,
                session.authenticatedAt().orElseThrow(),
                session.lastSeenAt(),
                limit,
                Fragment.of("FALSE"),
                made,
                Fragment.of("TRUE"));
        if (facts.revision().isPresent()) {
            return new Created.Stored(facts.ended());
        }
        if (facts.cut()) {
            return new Created.CutOff();
        }
        return facts.full(limit) ? new Created.LimitReached() : new Created.Taken();
    }

    @Override
    Changed change(SessionId id, Guard guard, ChangeUpdate update) {
        List<Fragment> asked = new ArrayList<>(List.of(update.statement(), Fragment.of(" RETURNING revision")));
        if (database.telling().tellsEveryWrite()) {
            asked.add(PostgresqlChannel.writing(id, "revision"));
        }
        Fragment statement = Fragment.joined("", asked);
        String text = update.text(statement);
        return database.write("apply", sql -> {
            Optional<Long> revision = sql.first(text, row -> row.getLong(1), statement.array());
            return revision.isPresent()
                    ? new Changed.Applied(revision.get(), Set.of())
                    : SessionSteps.refusal(SessionSteps.select(dialect, sql, id), guard);
        });
    }

    @Override
    Changed raise(SessionId id, Guard guard, SessionChange.Privilege privilege, ChangeUpdate update) {
        UserId user = privilege.principal().id();
        Fragment made = update.statement(" FROM facts", room(privilege.limit()));
        Facts facts = step(
                "apply",
                id,
                user,
                privilege.authenticatedAt(),
                guard.now(),
                privilege.limit(),
                Fragment.of(
                        "EXISTS (SELECT 1 FROM sessions WHERE id = ? AND user_id = ?)", id.toString(), user.value()),
                made.within("", " RETURNING revision AS new_revision"),
                PostgresqlChannel.written(id, "new_revision"));
        if (facts.revision().isPresent()) {
            return new Changed.Applied(facts.revision().get(), facts.ended());
        }
        if (facts.cut()) {
            return new Changed.CutOff();
        }
        return facts.full(privilege.limit())
                ? new Changed.LimitReached()
                : SessionSteps.refusal(database.read("apply", sql -> SessionSteps.select(dialect, sql, id)), guard);
    }

    /** Whether there is a place, as a condition on the facts. */
    private static Fragment room(PerUserLimit limit) {
        return limit.policy() == PerUserLimit.Policy.REFUSE
                ? Fragment.of("NOT cut AND (theirs OR others < ?)", limit.most())
                : Fragment.of("NOT cut");
    }

    /** The lock, and then: look, write if there is a place, end who is one too many, and tell; forget old tombstones. */
    private Facts step(
            String operation,
            SessionId id,
            UserId user,
            Instant authenticatedAt,
            Instant now,
            PerUserLimit limit,
            Fragment theirs,
            Fragment made,
            Fragment told) {
        long at = SessionRow.millis(now);
        Fragment script = Fragment.joined(
                "",
                List.of(
                        Fragment.of(LOCK, user.value()),
                        Fragment.of(
                                "WITH facts AS (SELECT EXISTS (SELECT 1 FROM session_cutoffs WHERE user_id = ?"
                                        + " AND not_before >= ?) AS cut, ",
                                user.value(),
                                SessionRow.millis(authenticatedAt)),
                        theirs,
                        Fragment.of(
                                " AS theirs, (SELECT count(*) FROM sessions WHERE " + OTHERS
                                        + ") AS others), made AS (",
                                user.value(),
                                id.toString(),
                                at),
                        made,
                        Fragment.of(
                                "), excess AS (SELECT id AS excess_id FROM sessions WHERE " + OTHERS
                                        + " ORDER BY last_seen_at DESC, id DESC OFFSET ?)",
                                user.value(),
                                id.toString(),
                                at,
                                limit.most() - 1),
                        Fragment.of(
                                ", ended AS (UPDATE sessions SET " + ENDING + " FROM excess, made, facts"
                                        + " WHERE id = excess_id AND NOT theirs AND user_id = ? AND " + ALIVE
                                        + " RETURNING id) SELECT new_revision, cut, theirs, others, ended.id::name, ",
                                at,
                                EndReason.LIMIT.name(),
                                user.value(),
                                at),
                        PostgresqlChannel.ended(EndReason.LIMIT),
                        Fragment.of(", "),
                        told,
                        Fragment.of(" FROM facts LEFT JOIN made ON true LEFT JOIN ended ON true;"),
                        // May wait for a clean-up that is at them; a clean-up waits for nobody.
                        Fragment.of(
                                "DELETE FROM sessions WHERE id = ANY (ARRAY (" + OLD_TOMBSTONES + "))", user.value())));
        return database.write(operation, sql -> Facts.of(transaction(sql, script)));
    }

    /** What the last of the statements that answer rows answers; the one before it answers the lock. */
    private static List<List<@Nullable String>> transaction(Statements sql, Fragment statements) throws SQLException {
        List<List<List<@Nullable String>>> answers = sql.transaction("BEGIN", statements);
        return answers.get(answers.size() - 1);
    }

    @Override
    public boolean end(SessionId id, EndReason why, Instant now, OptionalInt epoch) {
        Fragment end = telling(SessionSteps.ending(id, why, now, epoch), why);
        return database.writeFirst(
                "end", sql -> !sql.all(end.sql(), SessionSteps::id, end.array()).isEmpty());
    }

    private static Fragment telling(Fragment end, EndReason why) {
        return Fragment.joined(
                "",
                List.of(
                        Fragment.of("WITH ended AS ("),
                        end,
                        Fragment.of(" RETURNING id) SELECT id::name, "),
                        PostgresqlChannel.ended(why),
                        Fragment.of(" FROM ended")));
    }

    @Override
    public Set<SessionId> endAll(UserId user, Cutoff cutoff, EndReason why, Instant now) {
        Fragment ended = telling(
                Fragment.joined(
                        "",
                        List.of(
                                Fragment.of(END, SessionRow.millis(now), why.name()),
                                SessionSteps.cut(user, cutoff, now))),
                why);
        Fragment script = Fragment.joined(
                "",
                List.of(
                        Fragment.of(LOCK, user.value()),
                        Fragment.of(
                                "INSERT INTO session_cutoffs (user_id, not_before, kept_until) VALUES (?, ?, ?)"
                                        + " ON CONFLICT (user_id) DO UPDATE SET"
                                        + " not_before = greatest(session_cutoffs.not_before, excluded.not_before),"
                                        + " kept_until = greatest(session_cutoffs.kept_until, excluded.kept_until);",
                                user.value(),
                                SessionRow.millis(cutoff.notBefore()),
                                SessionRow.millis(now.plus(cutoff.keptFor()))),
                        ended));
        return database.writeFirst("endAll", sql -> ids(transaction(sql, script), 0));
    }

    private static Set<SessionId> ids(List<List<@Nullable String>> rows, int column) {
        return SessionSteps.ids(rows.stream()
                .map(row -> Optional.ofNullable(row.get(column)).flatMap(SessionId::parse))
                .toList());
    }

    /** An array, because a sub-select that locks may be run more than once within IN. */
    @Override
    public int purge(long deadBefore, int limit) {
        return database.write("purge", sql -> {
            sql.update(
                    "DELETE FROM session_cutoffs WHERE user_id = ANY (ARRAY (SELECT user_id FROM session_cutoffs"
                            + " WHERE kept_until < ? ORDER BY kept_until LIMIT ? FOR UPDATE SKIP LOCKED))",
                    deadBefore,
                    CUTOFFS_AT_ONCE);
            return sql.update(
                    "DELETE FROM sessions WHERE id = ANY (ARRAY (SELECT id FROM sessions WHERE dead_at < ?"
                            + " AND format <= ? ORDER BY dead_at LIMIT ? FOR UPDATE SKIP LOCKED))",
                    deadBefore,
                    StoredSession.FORMAT,
                    limit);
        });
    }

    /** What a step looked at, and what it did. */
    private record Facts(Optional<Long> revision, boolean cut, boolean theirs, int others, Set<SessionId> ended) {
        static Facts of(List<List<@Nullable String>> rows) throws SQLException {
            if (rows.isEmpty()) {
                throw new SQLException("a step answers what it looked at");
            }
            List<@Nullable String> row = rows.get(0);
            return new Facts(
                    Optional.ofNullable(row.get(0)).map(Long::valueOf),
                    "t".equals(row.get(1)),
                    "t".equals(row.get(2)),
                    Integer.parseInt(String.valueOf(row.get(3))),
                    PostgresqlSteps.ids(rows, 4));
        }

        boolean full(PerUserLimit limit) {
            return limit.policy() == PerUserLimit.Policy.REFUSE && !theirs && others >= limit.most();
        }
    }
}
