package dev.coatcheck.stores.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.store.Guard;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionChange.AttributeChange.Put;
import dev.coatcheck.store.SessionChange.AttributeChange.Remove;
import dev.coatcheck.store.SessionChange.AttributeChange.Swap;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Sessions;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** The text of a change is built once for its kind, whatever it writes. */
class ChangeUpdateTest {
    private static final List<Dialect> DIALECTS =
            List.of(new SqliteDialect(), new PostgresqlDialect(), new MariadbDialect());

    private static final List<BiFunction<String, StoredSession, SessionChange>> KINDS = List.of(
            (name, session) -> SessionChange.NONE.with(name, new Put(name)),
            (name, session) -> SessionChange.NONE.with(name, new Swap(name, name.length())),
            (name, session) -> SessionChange.NONE.with(name, new Remove()),
            (name, session) -> SessionChange.NONE.with(touch(session)),
            (name, session) -> SessionChange.NONE.with(name, new Put(name)).with(touch(session)),
            (name, session) -> SessionChange.NONE.with(new SessionChange.TokenChange(
                    session.token(), Sessions.rotated(session.token(), session.createdAt()))));

    @Test
    void changesOfOneKindHaveOneTextAndThoseOfAnotherKindAnother() {
        for (Dialect dialect : DIALECTS) {
            Set<String> texts = new HashSet<>();
            for (BiFunction<String, StoredSession, SessionChange> kind : KINDS) {
                String text = text(dialect, kind, "a");
                assertThat(text(dialect, kind, "-another.name")).isSameAs(text);
                texts.add(text);
            }
            assertThat(texts).as(dialect.getClass().getSimpleName()).hasSameSizeAs(KINDS);
        }
    }

    @Test
    void aTextHasAsManyMarksAsArguments() {
        StoredSession session = session();
        for (Dialect dialect : DIALECTS) {
            for (BiFunction<String, StoredSession, SessionChange> kind : KINDS) {
                ChangeUpdate update = ChangeUpdate.of(
                        dialect, session.id(), new Guard(session.createdAt(), 0), kind.apply("a", session));
                Fragment statement = update.statement();
                assertThat(update.text(statement)).isEqualTo(statement.sql());
                assertThat(statement.sql().chars().filter(c -> c == '?').count())
                        .isEqualTo(statement.arguments().size());
            }
        }
    }

    private static String text(Dialect dialect, BiFunction<String, StoredSession, SessionChange> kind, String name) {
        StoredSession session = session();
        ChangeUpdate update = ChangeUpdate.of(
                dialect, session.id(), new Guard(session.createdAt(), name.length()), kind.apply(name, session));
        return update.text(update.statement());
    }

    private static StoredSession session() {
        return Sessions.of(Sessions.user(), Instant.now()).build();
    }

    private static SessionChange.Touch touch(StoredSession session) {
        return new SessionChange.Touch(session.lastSeenAt(), session.deadline());
    }
}
