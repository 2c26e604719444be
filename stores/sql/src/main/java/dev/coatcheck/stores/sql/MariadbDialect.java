package dev.coatcheck.stores.sql;

import dev.coatcheck.store.Counter;
import dev.coatcheck.store.CounterSwap;
import dev.coatcheck.store.TokenCreated;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** MariaDB 10.6 and later, and MySQL 8. */
final class MariadbDialect implements Dialect {
    private static final int DUPLICATE_KEY = 1062;

    /** As many as the migration makes rows. A release that counts otherwise meets an older one at no lock: never change it. */
    private static final int TOKEN_LOCKS = 16;

    @Override
    public String later(String column, String argument) {
        return "greatest(" + column + ", " + argument + ")";
    }

    @Override
    public String attributesAreReadable() {
        return "json_valid(attributes)";
    }

    @Override
    public Fragment version(String attribute) {
        return Fragment.of("coalesce(cast(json_extract(attributes, ?) AS signed), 0)", path(attribute) + "[0]");
    }

    /** An object of each survivor that there is, merged into one. */
    @Override
    public Fragment only(Collection<String> survivors) {
        if (survivors.isEmpty()) {
            return Fragment.of("'{}'");
        }
        List<Fragment> objects = new ArrayList<>(List.of(Fragment.of("'{}'")));
        for (String name : survivors) {
            String path = path(name);
            objects.add(Fragment.of(
                    "if(json_contains_path(attributes, 'one', ?), json_object(?, json_extract(attributes, ?)), '{}')",
                    path,
                    name,
                    path));
        }
        return Fragment.call("json_merge_patch", objects);
    }

    @Override
    public Fragment changed(Fragment base, Collection<String> removed, Map<String, String> written) {
        return SqliteDialect.edited(base, removed, written, MariadbDialect::path);
    }

    /** MariaDB reads no path whose name begins with a dash, quoted or not, unless the dash is escaped. */
    private static String path(String name) {
        return "$.\"" + (name.startsWith("-") ? "\\u002d" + name.substring(1) : name) + "\"";
    }

    /**
     * The update's answer carries the number, so that nothing has to be read afterwards. MariaDB assigns from left to
     * right: this comes last.
     */
    @Override
    public String nextRevision() {
        return "last_insert_id(revision + 1)";
    }

    /** The driver's word for it. Several statements in one message can't be prepared, and a server has room for so many. */
    @Override
    public String rarely() {
        return "/*client prepare*/";
    }

    /** {@code INSERT IGNORE} would also ignore what doesn't fit into its column. */
    @Override
    public boolean insert(Statements sql, String insert, @Nullable Object... arguments) throws SQLException {
        try {
            return sql.update(insert, arguments) == 1;
        } catch (SQLException e) {
            if (isDuplicate(e)) {
                return false;
            }
            throw e;
        }
    }

    static boolean isDuplicate(SQLException e) {
        return e.getErrorCode() == DUPLICATE_KEY;
    }

    @Override
    public Optional<String> clock() {
        return Optional.of("SELECT timestampdiff(microsecond, '1970-01-01', utc_timestamp(3)) div 1000");
    }

    /**
     * A row that is absent can't be locked, so it is made first, as one that counts for absent. A key that is there already
     * is locked all the same.
     */
    @Override
    public boolean swap(Statements sql, CounterStep step) throws SQLException {
        List<Fragment> made = new ArrayList<>();
        step.swaps()
                .forEach(swap -> made.add(Fragment.of("(?, 0, 0, 0)", swap.key().text())));
        List<Fragment> written = new ArrayList<>();
        for (CounterSwap swap : step.swaps()) {
            Counter next = swap.next();
            written.add(Fragment.of(
                    "UPDATE counters SET tries = ?, counted_at = ?, expires_at = ? WHERE counter = ? AND @coatcheck_same;",
                    next.count(),
                    next.at().toEpochMilli(),
                    next.expiresAt().toEpochMilli(),
                    swap.key().text()));
        }
        List<List<List<@Nullable String>>> answers = sql.transaction(
                "START TRANSACTION",
                Fragment.joined(
                        "",
                        List.of(
                                Fragment.of("INSERT INTO counters (counter, tries, counted_at, expires_at) VALUES "),
                                Fragment.joined(", ", made),
                                Fragment.of(" ON DUPLICATE KEY UPDATE counter = VALUES(counter); SELECT "),
                                step.isAsExpected(),
                                Fragment.of(" INTO @coatcheck_same;"),
                                Fragment.joined("", written),
                                Fragment.of("SELECT @coatcheck_same"))));
        return "1".equals(answers.get(answers.size() - 1).get(0).get(0));
    }

    @Override
    public String counterPurge() {
        return "DELETE FROM counters WHERE expires_at < ? ORDER BY expires_at LIMIT ?";
    }

    /** Under the lock of the user's group. */
    @Override
    public TokenCreated create(Statements sql, TokenStep step) throws SQLException {
        Fragment script = Fragment.joined(
                "",
                List.of(
                        lock(step.owner()),
                        Fragment.of("SELECT living, kept INTO @coatcheck_living, @coatcheck_kept FROM ("),
                        step.facts(),
                        Fragment.of(") AS facts; "),
                        step.made(Fragment.of("(SELECT @coatcheck_living AS living, @coatcheck_kept AS kept"
                                + " FROM dual WHERE @coatcheck_group IS NOT NULL) AS facts")),
                        Fragment.of("; SET @coatcheck_made = row_count(); SELECT @coatcheck_made, @coatcheck_living,"
                                + " @coatcheck_kept, @coatcheck_group")));
        List<List<List<@Nullable String>>> answers;
        try {
            answers = sql.transaction("START TRANSACTION", script);
        } catch (SQLException e) {
            if (isDuplicate(e)) {
                return new TokenCreated.Taken();
            }
            throw e;
        }
        List<@Nullable String> row = answers.get(answers.size() - 1).get(0);
        if (row.get(3) == null) {
            throw new SQLException("personal_token_locks lacks a row of 0 to " + (TOKEN_LOCKS - 1) + ": insert it");
        }
        return "1".equals(row.get(0)) ? new TokenCreated.Stored() : step.refusal(row.get(1), row.get(2));
    }

    private static Fragment lock(String owner) {
        return Fragment.of(
                "SET @coatcheck_group = NULL; SELECT user_group INTO @coatcheck_group"
                        + " FROM personal_token_locks WHERE user_group = ? FOR UPDATE;",
                Math.floorMod(owner.hashCode(), TOKEN_LOCKS));
    }

    /** Under the same lock: none is made between naming them and revoking them. */
    @Override
    public List<String> revokeTokens(Statements sql, String owner, long now) throws SQLException {
        Fragment script = Fragment.joined(
                "",
                List.of(
                        lock(owner),
                        Fragment.of(
                                "SELECT id FROM personal_tokens WHERE " + TokenStep.NOT_REVOKED
                                        + " FOR UPDATE; UPDATE personal_tokens SET revoked_at = ? WHERE "
                                        + TokenStep.NOT_REVOKED,
                                owner,
                                now,
                                owner)));
        List<String> revoked = new ArrayList<>();
        for (List<@Nullable String> row :
                sql.transaction("START TRANSACTION", script).get(0)) {
            Optional.ofNullable(row.get(0)).ifPresent(revoked::add);
        }
        return revoked;
    }

    @Override
    public String insertOrMove(String table, String key, String one, String other) {
        return "INSERT INTO " + table + " (" + key + ", " + one + ", " + other
                + ") VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE " + one + " = " + later(one, "VALUES(" + one + ")") + ", "
                + other + " = " + later(other, "VALUES(" + other + ")");
    }

    @Override
    public int forget(Statements sql, String table, String key, Fragment which) throws SQLException {
        return MariadbSteps.forget(sql, table, key, which);
    }

    @Override
    public SessionSteps steps(SqlDatabase database) {
        return new MariadbSteps(database);
    }
}
