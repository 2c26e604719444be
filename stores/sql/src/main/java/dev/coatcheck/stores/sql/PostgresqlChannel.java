package dev.coatcheck.stores.sql;

import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.SessionSignal;
import dev.coatcheck.token.SessionId;
import java.util.Optional;

/** What stands in the notifications of PostgreSQL: {@code written ID REVISION}, {@code ended REASON ID}, {@code quiet} and pings. */
final class PostgresqlChannel {
    /** Channels are the database's own; another installation in the same database is heard, and its ids are unknown here. */
    static final String NAME = "coatcheck_sessions";

    /** Somebody has come who does not tell of every write. An earlier release takes it for everything. */
    static final String QUIET = "quiet";

    private PostgresqlChannel() {}

    /** An expression that says this to all nodes. */
    static String saying(String word) {
        return "pg_notify('" + NAME + "', '" + word + "')";
    }

    /**
     * An expression that tells of this session and its revision if {@code made} has a row. It is computed once for each row,
     * and told once. An earlier release reads no revision, and takes it for everything.
     *
     * @param revision the column of {@code made}
     */
    static Fragment written(SessionId id, String revision) {
        return Fragment.of(
                "CASE WHEN made IS NOT NULL THEN pg_notify('" + NAME + "', ? || made." + revision + ")::text = '' END",
                "written " + id + " ");
    }

    /** The end of a RETURNING that tells of this session and its revision: computed for the row that was written, once. */
    static Fragment writing(SessionId id, String revision) {
        return Fragment.of(", pg_notify('" + NAME + "', ? || " + revision + ")::text = ''", "written " + id + " ");
    }

    /** An expression that tells of the row of {@code ended}, if there is one. */
    static Fragment ended(EndReason why) {
        return Fragment.of("CASE WHEN ended.id IS NOT NULL THEN pg_notify('" + NAME + "', 'ended " + why.name()
                + " ' || ended.id)::text = '' END");
    }

    /** {@code ping NODE NUMBER}: news of nobody, for the node that sent it. */
    static boolean isPing(String payload) {
        return payload.startsWith("ping ");
    }

    /** What is told; of a reason that only a newer release knows, that the session was written. Empty if unreadable. */
    static Optional<SessionSignal> read(String payload) {
        return SessionSignal.parse(payload, "written", "ended");
    }
}
