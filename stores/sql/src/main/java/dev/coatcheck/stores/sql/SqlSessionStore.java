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
import dev.coatcheck.store.SessionSignals;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Sessions in a SQL database, one row each, attributes in one JSON column.
 *
 * <p>A read is one SELECT by key, an update one conditional UPDATE; only a refusal costs a second look. Sign-ins and
 * {@code endAll} are one transaction, and on a server one message. A row of a newer format, or one that is damaged, is taken as absent with a warning;
 * it is never written and never purged here, but it can be ended: a sign-out holds whichever node hears it.
 */
public final class SqlSessionStore extends SqlStore implements SessionStore {
    private final SessionSteps steps;

    /** A store in this database, which stays open when the store is closed. */
    public SqlSessionStore(SqlDatabase database) {
        super(database);
        this.steps = database.dialect().steps(database);
    }

    @Override
    public Optional<StoredSession> find(SessionId id) {
        refuseWhenClosed("find");
        return database.read("find", sql -> SessionSteps.select(database.dialect(), sql, id));
    }

    @Override
    public Created create(StoredSession session, PerUserLimit limit) {
        refuseWhenClosed("create");
        Created created = steps.create(session, limit);
        if (created instanceof Created.Stored stored) {
            database.telling().ended(stored.ended(), EndReason.LIMIT);
        }
        return created;
    }

    @Override
    public Changed apply(SessionId id, Guard guard, SessionChange change) {
        refuseWhenClosed("apply");
        Changed changed = steps.apply(id, guard, change);
        if (changed instanceof Changed.Applied applied) {
            database.telling().written(id, applied.revision());
            database.telling().ended(applied.ended(), EndReason.LIMIT);
        }
        return changed;
    }

    @Override
    public boolean end(SessionId id, EndReason why, Instant now, OptionalInt epoch) {
        refuseWhenClosed("end");
        boolean ended = steps.end(id, why, now, epoch);
        if (ended) {
            database.telling().ended(Set.of(id), why);
        }
        return ended;
    }

    @Override
    public Set<SessionId> endAll(UserId user, Cutoff cutoff, EndReason why, Instant now) {
        refuseWhenClosed("endAll");
        Set<SessionId> ended = steps.endAll(user, cutoff, why, now);
        database.telling().ended(ended, why);
        return ended;
    }

    @Override
    public Page<StoredSession> list(UserId user, Optional<PageToken> after, int size, Instant now) {
        ListPosition.checkSize(size);
        refuseWhenClosed("list");
        Optional<ListPosition> from = after.flatMap(ListPosition::parse);
        if (after.isPresent() && from.isEmpty()) {
            return Page.empty();
        }
        List<Fragment> pieces = new ArrayList<>();
        pieces.add(Fragment.of(
                "SELECT " + SessionRow.COLUMNS + " FROM sessions WHERE user_id = ? AND " + SessionSteps.ALIVE,
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
        List<Listed> rows = database.read("list", sql -> sql.all(query.sql(), Listed::read, query.array()));
        return Page.of(rows, size, row -> row.position().map(ListPosition::token))
                .readAs(Listed::record);
    }

    @Override
    public int purge(Instant deadBefore, int atMost) {
        refuseWhenClosed("purge");
        long line = SessionRow.millis(deadBefore);
        return Batches.of(atMost, wanted -> steps.purge(line, wanted));
    }

    @Override
    public Optional<SessionSignals> signals() {
        return Optional.of(database.telling().signals());
    }

    @Override
    public Optional<Instant> serverTime() {
        refuseWhenClosed("server time");
        return database.dialect()
                .clock()
                .map(clock -> Instant.ofEpochMilli(database.read(
                        "server time",
                        sql -> sql.first(clock, row -> row.getLong(1)).orElseThrow())));
    }

    /** A row of a list: its place unless its key is damaged, and its record unless it can't be read. */
    private record Listed(Optional<ListPosition> position, Optional<StoredSession> record) {
        static Listed read(ResultSet row) throws SQLException {
            Instant authenticatedAt = SessionRow.instant(row, SessionRow.AUTHENTICATED_AT);
            return new Listed(
                    SessionSteps.id(row).map(id -> new ListPosition(authenticatedAt, id)), SessionRow.read(row));
        }
    }
}
