package dev.coatcheck.stores.sql;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Created;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The steps of a database server, where what concerns one session is a statement and what concerns a user's is a message. */
abstract class ServerSteps implements SessionSteps {
    final SqlDatabase database;
    final Dialect dialect;

    ServerSteps(SqlDatabase database) {
        this.database = database;
        this.dialect = database.dialect();
    }

    @Override
    public final Created create(StoredSession session, PerUserLimit limit) {
        Map<String, @Nullable Object> row = SessionRow.of(session);
        return session.principal().isEmpty()
                ? createAnonymous(row)
                : signIn(session, session.principal().get().id(), row, limit);
    }

    private Created createAnonymous(Map<String, @Nullable Object> row) {
        String insert = SessionSteps.insert(dialect, row, "VALUES (", ")");
        boolean made = database.write(
                "create", sql -> dialect.insert(sql, insert, row.values().toArray()));
        return made ? new Created.Stored(Set.of()) : new Created.Taken();
    }

    @Override
    public final Changed apply(SessionId id, Guard guard, SessionChange change) {
        ChangeUpdate update = ChangeUpdate.of(dialect, id, guard, change);
        return change.privilege()
                .map(privilege -> raise(id, guard, privilege, update))
                .orElseGet(() -> change(id, guard, update));
    }

    /** A record with a principal, under the user's lock. */
    abstract Created signIn(StoredSession session, UserId user, Map<String, @Nullable Object> row, PerUserLimit limit);

    /** A change that raises no privilege: one conditional update. */
    abstract Changed change(SessionId id, Guard guard, ChangeUpdate update);

    /** A change of privilege, under the user's lock. */
    abstract Changed raise(SessionId id, Guard guard, SessionChange.Privilege privilege, ChangeUpdate update);
}
