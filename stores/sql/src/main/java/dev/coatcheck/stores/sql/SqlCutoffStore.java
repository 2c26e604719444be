package dev.coatcheck.stores.sql;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.CutoffLine;
import dev.coatcheck.store.CutoffLines;
import dev.coatcheck.store.CutoffStore;
import dev.coatcheck.token.SessionId;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Lines in a SQL database, one row each: shared by its nodes, kept across restarts. A draw and a look are one round trip each.
 * Lines go before other writes, like every revocation.
 */
public final class SqlCutoffStore extends SqlStore implements CutoffStore {
    private static final String TABLE = "ticket_cutoffs";

    private final String draw;

    /** A store in this database, which stays open when the store is closed. */
    public SqlCutoffStore(SqlDatabase database) {
        super(database);
        this.draw = database.dialect().insertOrMove(TABLE, "subject", "not_before", "kept_until");
    }

    @Override
    public void draw(UserId user, CutoffLine line) {
        draw(subject(user), line);
    }

    @Override
    public void draw(SessionId session, CutoffLine line) {
        draw(subject(session), line);
    }

    private void draw(String subject, CutoffLine line) {
        refuseWhenClosed("draw a line");
        database.writeFirst(
                "draw a line",
                sql -> sql.update(
                        draw,
                        subject,
                        line.notBefore().toEpochMilli(),
                        line.keptUntil().toEpochMilli()));
    }

    @Override
    public CutoffLines find(SessionId session, Optional<UserId> user) {
        refuseWhenClosed("find lines");
        String ofSession = subject(session);
        Map<String, CutoffLine> found = new HashMap<>();
        database.read(
                        "find lines",
                        sql -> sql.all(
                                "SELECT subject, not_before, kept_until FROM " + TABLE + " WHERE subject IN (?, ?)",
                                row -> Map.entry(
                                        row.getString(1),
                                        new CutoffLine(
                                                Instant.ofEpochMilli(row.getLong(2)),
                                                Instant.ofEpochMilli(row.getLong(3)))),
                                ofSession,
                                user.map(SqlCutoffStore::subject).orElse(ofSession)))
                .forEach(line -> found.put(line.getKey(), line.getValue()));
        return new CutoffLines(
                user.map(SqlCutoffStore::subject).map(found::get), Optional.ofNullable(found.get(ofSession)));
    }

    private static String subject(UserId user) {
        return "user:" + user.value();
    }

    private static String subject(SessionId session) {
        return "session:" + session;
    }

    @Override
    public int purge(Instant keptBefore, int atMost) {
        refuseWhenClosed("purge lines");
        long line = keptBefore.toEpochMilli();
        return Batches.of(
                atMost,
                wanted -> database.write(
                        "purge lines",
                        sql -> database.dialect()
                                .forget(
                                        sql,
                                        TABLE,
                                        "subject",
                                        Fragment.of("kept_until < ? ORDER BY kept_until LIMIT ?", line, wanted))));
    }
}
