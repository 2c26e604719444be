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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What writes sessions, each method one atomic step, in as few round trips as the kind of database allows. They mean what
 * {@link dev.coatcheck.store.SessionStore} says; the pieces of SQL that they share stand here.
 */
interface SessionSteps {
    /** How many cutoffs one clean-up forgets. */
    int CUTOFFS_AT_ONCE = 500;

    String SELECT = "SELECT " + SessionRow.COLUMNS + " FROM sessions WHERE id = ?";

    String SELECT_PACKED = "SELECT " + SessionRow.PACKED + " FROM sessions WHERE id = ?";

    String ALIVE = "ended_at IS NULL AND deadline > ?";

    /** What an ending assigns: when, and why. */
    String ENDING = "ended_at = ?, end_reason = ?, attributes = CASE WHEN format <= " + StoredSession.FORMAT
            + " THEN '{}' ELSE attributes END";

    String END = "UPDATE sessions SET " + ENDING + " WHERE ";

    /** The user's other living sessions. */
    String OTHERS = "user_id = ? AND id <> ? AND " + ALIVE;

    /** A user's tombstones that this release can read. */
    String TOMBSTONES = "user_id = ? AND ended_at IS NOT NULL AND format <= " + StoredSession.FORMAT;

    /** Those that are one too many, as far as they are forgotten at once; also a user who has thousands is looked at briefly. */
    String OLD_TOMBSTONES = "SELECT id FROM sessions WHERE " + TOMBSTONES + " ORDER BY ended_at DESC, id DESC LIMIT "
            + SessionStore.MOST_FORGOTTEN + " OFFSET " + SessionStore.MOST_TOMBSTONES;

    Created create(StoredSession session, PerUserLimit limit);

    Changed apply(SessionId id, Guard guard, SessionChange change);

    boolean end(SessionId id, EndReason why, Instant now, OptionalInt epoch);

    Set<SessionId> endAll(UserId user, Cutoff cutoff, EndReason why, Instant now);

    /** Forgets some cutoffs, and sessions up to the limit. */
    int purge(long deadBefore, int limit);

    static Optional<StoredSession> select(Dialect dialect, Statements sql, SessionId id) throws SQLException {
        return (dialect.readsPacked()
                        ? sql.first(SELECT_PACKED, SessionRow::readPacked, id.toString())
                        : sql.often().first(SELECT, SessionRow::read, id.toString()))
                .flatMap(record -> record);
    }

    /** {@code INSERT INTO sessions (…) } and the marks of its values. */
    static String insert(Dialect dialect, Map<String, @Nullable Object> row, String before, String after) {
        return "INSERT INTO sessions (" + String.join(", ", row.keySet()) + ") " + before
                + row.keySet().stream().map(dialect::mark).collect(Collectors.joining(", ")) + after;
    }

    /** Why the update found no row, in the order that the contract names. */
    static Changed refusal(Optional<StoredSession> current, Guard guard) {
        if (current.isEmpty() || !current.get().aliveAt(guard.now())) {
            return new Changed.Dead(current.flatMap(StoredSession::ending));
        }
        return current.get().epoch() == guard.epoch() ? new Changed.Conflict(current.get()) : new Changed.Replaced();
    }

    static Fragment ending(SessionId id, EndReason why, Instant now, OptionalInt epoch) {
        long at = SessionRow.millis(now);
        return epoch.isEmpty()
                ? Fragment.of(END + "id = ? AND " + ALIVE, at, why.name(), id.toString(), at)
                : Fragment.of(
                        END + "id = ? AND epoch = ? AND " + ALIVE, at, why.name(), id.toString(), epoch.getAsInt(), at);
    }

    /** Everything of a user that a cutoff ends. */
    static Fragment cut(UserId user, Cutoff cutoff, Instant now) {
        return Fragment.of(
                "user_id = ? AND " + ALIVE + " AND authenticated_at <= ? AND id <> ?",
                user.value(),
                SessionRow.millis(now),
                SessionRow.millis(cutoff.notBefore()),
                cutoff.except().map(SessionId::toString).orElse(""));
    }

    /** Empty when the key itself is damaged: that must not keep the others from being ended or listed. */
    static Optional<SessionId> id(ResultSet row) throws SQLException {
        return Optional.ofNullable(row.getString("id")).flatMap(SessionId::parse);
    }

    static Set<SessionId> ids(List<Optional<SessionId>> rows) {
        return rows.stream().flatMap(Optional::stream).collect(Collectors.toUnmodifiableSet());
    }
}
