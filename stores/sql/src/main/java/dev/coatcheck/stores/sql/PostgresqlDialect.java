package dev.coatcheck.stores.sql;

import dev.coatcheck.store.CounterSwap;
import dev.coatcheck.store.TokenCreated;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL 13 and later. Lists of names travel as one argument, with spaces between, which no name has, and more than a
 * few attributes as one object: the statements keep their text, and the server their plans.
 */
final class PostgresqlDialect implements Dialect {
    /** Of the hashes that make a lock out of a counter's key, or of a user who makes a token; keep apart from the users' locks. */
    private static final long COUNTERS_SEED = 0x636f756e746572L;

    private static final long TOKENS_SEED = 0x746f6b656e73L;

    @Override
    public String later(String column, String argument) {
        return "greatest(" + column + ", " + argument + ")";
    }

    @Override
    public String attributesAreReadable() {
        return "jsonb_typeof(attributes) = 'object'";
    }

    @Override
    public Fragment version(String attribute) {
        return Fragment.of("coalesce((attributes -> ?::text ->> 0)::bigint, 0)", attribute);
    }

    @Override
    public Fragment only(Collection<String> survivors) {
        return survivors.isEmpty()
                ? Fragment.of("'{}'::jsonb")
                : Fragment.of(
                        "(SELECT coalesce(jsonb_object_agg(key, value), '{}'::jsonb) FROM jsonb_each(attributes)"
                                + " WHERE key = ANY (string_to_array(?, ' ')))",
                        String.join(" ", survivors));
    }

    @Override
    public Fragment changed(Fragment base, Collection<String> removed, Map<String, String> written) {
        Fragment result = base;
        if (!removed.isEmpty()) {
            result = Fragment.joined(
                    " - ", List.of(result, Fragment.of("string_to_array(?, ' ')", String.join(" ", removed))));
        }
        if (!written.isEmpty()) {
            result = Fragment.joined(
                    " || ", List.of(result, written.size() <= ChangeUpdate.COMMON ? few(written) : many(written)));
        }
        return result;
    }

    /** By name: a function of a row costs the server a table in memory and an aggregate each time. */
    private static Fragment few(Map<String, String> written) {
        List<Fragment> pairs = new ArrayList<>();
        written.forEach((name, json) ->
                pairs.add(Fragment.of("?::text, jsonb_build_array(sessions.revision + 1, ?::text)", name, json)));
        return Fragment.call("jsonb_build_object", pairs);
    }

    private static Fragment many(Map<String, String> written) {
        return Fragment.of(
                "(SELECT jsonb_object_agg(key, jsonb_build_array(sessions.revision + 1, value))"
                        + " FROM jsonb_each_text(?::jsonb))",
                AttributesJson.texts(written));
    }

    @Override
    public String mark(String column) {
        return column.equals("attributes") ? "?::jsonb" : "?";
    }

    @Override
    public Optional<String> clock() {
        return Optional.of("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint");
    }

    /** The locks first, in the order of the keys: the statement then sees all that was committed before it got them. */
    @Override
    public boolean swap(Statements sql, CounterStep step) throws SQLException {
        List<Fragment> script = new ArrayList<>();
        for (CounterSwap swap : step.swaps()) {
            script.add(Fragment.of(
                    "SELECT pg_advisory_xact_lock(hashtextextended(?, " + COUNTERS_SEED + "))::text = '';",
                    swap.key().text()));
        }
        script.add(step.statement());
        script.add(Fragment.of(" RETURNING tries"));
        List<List<List<@Nullable String>>> answers = sql.transaction("BEGIN", Fragment.joined("", script));
        return !answers.get(answers.size() - 1).isEmpty();
    }

    @Override
    public String counterPurge() {
        return "DELETE FROM counters WHERE counter = ANY (ARRAY (SELECT counter FROM counters WHERE expires_at < ?"
                + " ORDER BY expires_at LIMIT ? FOR UPDATE SKIP LOCKED))";
    }

    /** The user's lock first: the statement then sees what was committed before it got it. */
    @Override
    public TokenCreated create(Statements sql, TokenStep step) throws SQLException {
        List<List<List<@Nullable String>>> answers = sql.transaction(
                "BEGIN",
                Fragment.joined(
                        "",
                        List.of(
                                tokensOf(step.owner()),
                                Fragment.of("WITH facts AS ("),
                                step.facts(),
                                Fragment.of("), made AS ("),
                                step.made(Fragment.of("facts")),
                                Fragment.of(" ON CONFLICT DO NOTHING RETURNING created_at) SELECT created_at, living,"
                                        + " kept FROM facts LEFT JOIN made ON true"))));
        List<@Nullable String> row = answers.get(answers.size() - 1).get(0);
        return row.get(0) == null ? step.refusal(row.get(1), row.get(2)) : new TokenCreated.Stored();
    }

    /** Under the same lock: two of these would lock the user's rows in two orders, and wait for each other. */
    @Override
    public List<String> revokeTokens(Statements sql, String owner, long now) throws SQLException {
        Fragment script = Fragment.joined(
                "",
                List.of(
                        tokensOf(owner),
                        Fragment.of(
                                "UPDATE personal_tokens SET revoked_at = ? WHERE " + TokenStep.NOT_REVOKED
                                        + " RETURNING id::name",
                                now,
                                owner)));
        List<List<List<@Nullable String>>> answers = sql.transaction("BEGIN", script);
        List<String> revoked = new ArrayList<>();
        for (List<@Nullable String> row : answers.get(answers.size() - 1)) {
            Optional.ofNullable(row.get(0)).ifPresent(revoked::add);
        }
        return revoked;
    }

    private static Fragment tokensOf(String owner) {
        return Fragment.of("SELECT pg_advisory_xact_lock(hashtextextended(?, " + TOKENS_SEED + "))::text = '';", owner);
    }

    /** An array, because a sub-select that locks may be run more than once within IN. */
    @Override
    public int forget(Statements sql, String table, String key, Fragment which) throws SQLException {
        return sql.update(
                "DELETE FROM " + table + " WHERE " + key + " = ANY (ARRAY (SELECT " + key + " FROM " + table + " WHERE "
                        + which.sql() + " FOR UPDATE SKIP LOCKED))",
                which.array());
    }

    @Override
    public SessionSteps steps(SqlDatabase database) {
        return new PostgresqlSteps(database);
    }
}
