package dev.coatcheck.stores.sql;

import dev.coatcheck.store.TokenCreated;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the databases' SQL differs: the attributes in their JSON column, and the later of two times. */
interface Dialect {
    /** The later of a column and an argument. */
    String later(String column, String argument);

    /** A condition: the attributes are JSON, so that the functions below don't fail. */
    String attributesAreReadable();

    /** The version of an attribute, 0 when it is absent. */
    Fragment version(String attribute);

    /** The attributes without all but these. */
    Fragment only(Collection<String> survivors);

    /** The attributes that the base gives, without some and with others, whose version is {@code revision + 1}. */
    Fragment changed(Fragment base, Collection<String> removed, Map<String, String> written);

    /** The question mark of an argument that goes into this column of the sessions. */
    default String mark(String column) {
        return "?";
    }

    /** What {@code revision} becomes. */
    default String nextRevision() {
        return "revision + 1";
    }

    /** Whether its driver reads a row in one text faster than in twenty columns. */
    default boolean readsPacked() {
        return false;
    }

    /** How a statement begins that the driver is not to have prepared by the server. */
    default String rarely() {
        return "";
    }

    /** Inserts a row, if none has its keys. */
    default boolean insert(Statements sql, String insert, @Nullable Object... arguments) throws SQLException {
        return sql.update(insert + " ON CONFLICT DO NOTHING", arguments) == 1;
    }

    /** A query for the server's clock in milliseconds; empty where there is no other clock than this machine's. */
    default Optional<String> clock() {
        return Optional.empty();
    }

    /** Writes the counters, if each is what is expected; one statement, of one writer. */
    default boolean swap(Statements sql, CounterStep step) throws SQLException {
        Fragment statement = step.statement();
        return sql.update(statement.sql(), statement.array()) > 0;
    }

    /** A statement that deletes counters which expired before an instant, as many at most. */
    default String counterPurge() {
        return "DELETE FROM counters WHERE counter IN (SELECT counter FROM counters WHERE expires_at < ?"
                + " ORDER BY expires_at LIMIT ?)";
    }

    /** Writes a personal token, if there is room for it; of one writer, so that nobody comes between two statements. */
    default TokenCreated create(Statements sql, TokenStep step) throws SQLException {
        Fragment made =
                step.made(Fragment.joined("", List.of(Fragment.of("("), step.facts(), Fragment.of(") AS facts"))));
        if (sql.update(made.sql() + " ON CONFLICT DO NOTHING", made.array()) == 1) {
            return new TokenCreated.Stored();
        }
        Fragment facts = step.facts();
        return sql.first(facts.sql(), row -> step.refusal(row.getLong("living"), row.getLong("kept")), facts.array())
                .orElseThrow();
    }

    /** Revokes what a user has of personal tokens, and names them; one statement. */
    default List<String> revokeTokens(Statements sql, String owner, long now) throws SQLException {
        return sql.all(
                "UPDATE personal_tokens SET revoked_at = ? WHERE " + TokenStep.NOT_REVOKED + " RETURNING id",
                row -> row.getString(1),
                now,
                owner);
    }

    /** Inserts a row of a key and two times; where the key is there, each time becomes the later one. */
    default String insertOrMove(String table, String key, String one, String other) {
        return "INSERT INTO " + table + " (" + key + ", " + one + ", " + other + ") VALUES (?, ?, ?) ON CONFLICT ("
                + key
                + ") DO UPDATE SET " + one + " = " + later(table + "." + one, "excluded." + one) + ", " + other + " = "
                + later(table + "." + other, "excluded." + other);
    }

    /** Deletes rows, on a server without waiting for those that others are at. @return how many */
    default int forget(Statements sql, String table, String key, Fragment which) throws SQLException {
        return sql.update(
                "DELETE FROM " + table + " WHERE " + key + " IN (SELECT " + key + " FROM " + table + " WHERE "
                        + which.sql() + ")",
                which.array());
    }

    /** The steps of this kind of database. */
    default SessionSteps steps(SqlDatabase database) {
        return new TransactionSteps(database);
    }
}
