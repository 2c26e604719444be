package dev.coatcheck.stores.sql;

import dev.coatcheck.store.Counter;
import dev.coatcheck.store.CounterSwap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A step of counters as pieces of SQL, in the order of their keys: who locks them one after the other meets nobody half-way. */
record CounterStep(List<CounterSwap> swaps) {
    static CounterStep of(List<CounterSwap> swaps) {
        return new CounterStep(
                swaps.stream().sorted(Comparator.comparing(CounterSwap::key)).toList());
    }

    /** {@code (?, ?, ?, ?), …}: what the rows become. */
    Fragment rows() {
        List<Fragment> rows = new ArrayList<>();
        for (CounterSwap swap : swaps) {
            Counter next = swap.next();
            rows.add(Fragment.of(
                    "(?, ?, ?, ?)",
                    swap.key().text(),
                    next.count(),
                    next.at().toEpochMilli(),
                    next.expiresAt().toEpochMilli()));
        }
        return Fragment.joined(", ", rows);
    }

    /** A condition that each is what is expected. */
    Fragment isAsExpected() {
        List<Fragment> conditions = new ArrayList<>();
        for (CounterSwap swap : swaps) {
            String key = swap.key().text();
            conditions.add(swap.expected()
                    .map(expected -> Fragment.of(
                            "EXISTS (SELECT 1 FROM counters WHERE counter = ? AND tries = ? AND counted_at = ? AND expires_at = ?)",
                            key,
                            expected.count(),
                            expected.at().toEpochMilli(),
                            expected.expiresAt().toEpochMilli()))
                    .orElseGet(() -> Fragment.of(
                            "NOT EXISTS (SELECT 1 FROM counters WHERE counter = ? AND expires_at > 0)", key)));
        }
        return Fragment.joined(" AND ", conditions);
    }

    /** Where PostgreSQL and SQLite agree. */
    Fragment statement() {
        return Fragment.joined(
                "",
                List.of(
                        Fragment.of("INSERT INTO counters (counter, tries, counted_at, expires_at)"
                                + " SELECT * FROM (VALUES "),
                        rows(),
                        Fragment.of(") AS next WHERE "),
                        isAsExpected(),
                        Fragment.of(" ON CONFLICT (counter) DO UPDATE SET tries = excluded.tries,"
                                + " counted_at = excluded.counted_at, expires_at = excluded.expires_at")));
    }
}
