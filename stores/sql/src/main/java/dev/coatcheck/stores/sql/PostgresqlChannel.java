package dev.coatcheck.stores.sql;

import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.SessionSignal;
import dev.coatcheck.token.SessionId;
import java.util.Optional;

/** What stands in the notifications of PostgreSQL: {@code written ID} and {@code ended REASON ID}. */
final class PostgresqlChannel {
    /** Channels are the database's own; another installation in the same database is heard, and its ids are unknown here. */
    static final String NAME = "coatcheck_sessions";

    private PostgresqlChannel() {}

    /** An expression that tells of this session if {@code made} has a row. It is computed once for each row, and told once. */
    static Fragment written(SessionId id) {
        return Fragment.of(
                "CASE WHEN made IS NOT NULL THEN pg_notify('" + NAME + "', ?)::text = '' END", "written " + id);
    }

    /** An expression that tells of the row of {@code ended}, if there is one. */
    static Fragment ended(EndReason why) {
        return Fragment.of("CASE WHEN ended.id IS NOT NULL THEN pg_notify('" + NAME + "', 'ended " + why.name()
                + " ' || ended.id)::text = '' END");
    }

    /** Empty for what a newer release tells. */
    static Optional<SessionSignal> read(String payload) {
        String[] words = payload.split(" ", -1);
        if (words.length == 2 && words[0].equals("written")) {
            return SessionId.parse(words[1]).map(SessionSignal.Written::new);
        }
        if (words.length == 3 && words[0].equals("ended")) {
            return reason(words[1])
                    .flatMap(why -> SessionId.parse(words[2]).map(id -> new SessionSignal.Ended(id, why)));
        }
        return Optional.empty();
    }

    private static Optional<EndReason> reason(String name) {
        try {
            return Optional.of(EndReason.valueOf(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
