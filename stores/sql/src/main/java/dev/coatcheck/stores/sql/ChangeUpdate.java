package dev.coatcheck.stores.sql;

import dev.coatcheck.store.Guard;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionChange.AttributeChange.Put;
import dev.coatcheck.store.SessionChange.AttributeChange.Swap;
import dev.coatcheck.store.SessionChange.Privilege;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The one UPDATE that a {@link SessionChange} is: every condition stands in its WHERE. */
final class ChangeUpdate {
    /** More changes of attributes at once have a text that is hardly ever used again. */
    static final int COMMON = 4;

    private final Dialect dialect;
    private final boolean common;
    private final List<Fragment> assignments = new ArrayList<>();
    private final List<Fragment> conditions = new ArrayList<>();

    private ChangeUpdate(Dialect dialect, boolean common) {
        this.dialect = dialect;
        this.common = common;
    }

    static ChangeUpdate of(Dialect dialect, SessionId id, Guard guard, SessionChange change) {
        ChangeUpdate update = new ChangeUpdate(
                dialect,
                change.attributes().size() <= COMMON && change.privilege().isEmpty());
        update.conditions.add(Fragment.of(
                "id = ? AND format <= ? AND ended_at IS NULL AND deadline > ? AND epoch = ?",
                id.toString(),
                StoredSession.FORMAT,
                SessionRow.millis(guard.now()),
                guard.epoch()));
        update.attributes(change);
        change.token()
                .ifPresent(token -> update.expect(token, change.privilege().isEmpty()));
        if (change.privilege().isPresent()) {
            update.raise(change.privilege().get());
        } else {
            change.touch().ifPresent(update::touch);
        }
        // Last: MariaDB's other assignments would see it raised already.
        update.assignments.add(Fragment.of("revision = " + dialect.nextRevision()));
        return update;
    }

    private void attributes(SessionChange change) {
        Map<String, String> written = new TreeMap<>();
        TreeSet<String> removed = new TreeSet<>();
        change.attributes().forEach((name, what) -> {
            if (what instanceof Put put) {
                written.put(name, put.json());
            } else if (what instanceof Swap swap) {
                written.put(name, swap.json());
                Fragment version = dialect.version(name);
                conditions.add(Fragment.joined(" = ", List.of(version, Fragment.of("?", swap.expectedVersion()))));
            } else {
                removed.add(name);
            }
        });
        Optional<Privilege> privilege = change.privilege();
        if (written.isEmpty() && removed.isEmpty() && privilege.isEmpty()) {
            return;
        }
        Fragment base = privilege
                .map(raised -> dialect.only(new TreeSet<>(raised.survivors())))
                .orElseGet(() -> Fragment.of("attributes"));
        assignments.add(dialect.changed(base, removed, written).within("attributes = ", ""));
        conditions.add(0, Fragment.of(dialect.attributesAreReadable()));
    }

    private void expect(SessionChange.TokenChange token, boolean assign) {
        conditions.add(Fragment.of(
                "generation = ? AND token_hash = ? AND confirmed = ?",
                token.expected().generation(),
                token.expected().hash().bytes(),
                SessionRow.confirmed(token.expected())));
        if (assign) {
            assign(SessionRow.of(token.next()));
        }
    }

    private void touch(SessionChange.Touch touch) {
        assignments.add(
                Fragment.of("last_seen_at = " + dialect.later("last_seen_at", "?"), SessionRow.millis(touch.seenAt())));
        assignments.add(
                Fragment.of("deadline = " + dialect.later("deadline", "?"), SessionRow.millis(touch.deadline())));
    }

    private void raise(Privilege privilege) {
        assignments.add(Fragment.of(
                "epoch = epoch + 1, authenticated_at = ?, last_seen_at = ?, idle_ms = ?, expires_at = ?, deadline = ?",
                SessionRow.millis(privilege.authenticatedAt()),
                SessionRow.millis(privilege.seenAt()),
                privilege.idle().toMillis(),
                SessionRow.millis(privilege.expiresAt()),
                SessionRow.millis(privilege.deadline())));
        assign(SessionRow.of(Optional.of(privilege.principal())));
        assign(SessionRow.of(privilege.token()));
        assign(SessionRow.of(privilege.device()));
    }

    private void assign(Map<String, @Nullable Object> columns) {
        columns.forEach((column, value) -> assignments.add(Fragment.of(column + " = ?", value)));
    }

    /** Whether its text is one of few. */
    boolean isCommon() {
        return common;
    }

    /** Of a statement with this update in it. */
    String text(Fragment statement) {
        return common ? statement.often() : statement.sql();
    }

    /** {@code UPDATE sessions SET … WHERE …}. */
    Fragment statement() {
        return statement("", Fragment.of("TRUE"));
    }

    /** The same, with one more condition on what stands in another FROM. */
    Fragment statement(String from, Fragment condition) {
        return Fragment.joined(
                "",
                List.of(
                        Fragment.of("UPDATE sessions SET "),
                        Fragment.joined(", ", assignments),
                        Fragment.of(from + " WHERE "),
                        Fragment.joined(" AND ", conditions),
                        Fragment.of(" AND "),
                        condition));
    }
}
