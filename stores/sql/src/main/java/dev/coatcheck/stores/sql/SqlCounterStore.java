package dev.coatcheck.stores.sql;

import dev.coatcheck.store.Counter;
import dev.coatcheck.store.CounterKey;
import dev.coatcheck.store.CounterStore;
import dev.coatcheck.store.CounterSwap;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Counters in a SQL database, one row each: shared by its nodes, kept across restarts. A look and a step are one round trip
 * each.
 */
public final class SqlCounterStore extends SqlStore implements CounterStore {
    /** A store in this database, which stays open when the store is closed. */
    public SqlCounterStore(SqlDatabase database) {
        super(database);
    }

    @Override
    public Map<CounterKey, Counter> find(Set<CounterKey> keys) {
        refuseWhenClosed("find counters");
        CounterSwap.checkKeys(keys);
        Fragment query = keys(keys.stream().sorted().toList())
                .within(
                        "SELECT counter, tries, counted_at, expires_at FROM counters WHERE expires_at > 0 AND counter IN (",
                        ")");
        Map<CounterKey, Counter> found = new HashMap<>();
        database.read(
                        "find counters",
                        sql -> sql.all(
                                query.sql(),
                                row -> Map.entry(
                                        CounterKey.parse(row.getString(1)),
                                        new Counter(
                                                row.getInt(2),
                                                Instant.ofEpochMilli(row.getLong(3)),
                                                Instant.ofEpochMilli(row.getLong(4)))),
                                query.array()))
                .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
        return found;
    }

    @Override
    public boolean swap(List<CounterSwap> swaps) {
        refuseWhenClosed("swap counters");
        CounterSwap.check(swaps);
        CounterStep step = CounterStep.of(swaps);
        return database.write("swap counters", sql -> database.dialect().swap(sql, step));
    }

    @Override
    public int purge(Instant expiredBefore, int atMost) {
        refuseWhenClosed("purge counters");
        return database.write(
                "purge counters",
                sql -> sql.update(database.dialect().counterPurge(), expiredBefore.toEpochMilli(), atMost));
    }

    private static Fragment keys(List<CounterKey> keys) {
        List<Fragment> marks = new ArrayList<>();
        keys.forEach(key -> marks.add(Fragment.of("?", key.text())));
        return Fragment.joined(", ", marks);
    }
}
