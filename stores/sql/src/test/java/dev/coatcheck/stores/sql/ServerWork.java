package dev.coatcheck.stores.sql;

import java.util.List;
import java.util.stream.LongStream;

/**
 * What a server counted of its own work.
 *
 * @param statements also those that came together
 * @param transactions on MariaDB only those that a statement began
 */
record ServerWork(long statements, long transactions) {
    /** Of several times the same: what else the server did meanwhile, cleaning up of its own for instance, does not count. */
    static ServerWork median(List<ServerWork> works) {
        return new ServerWork(
                middle(works.stream().mapToLong(ServerWork::statements)),
                middle(works.stream().mapToLong(ServerWork::transactions)));
    }

    private static long middle(LongStream counts) {
        long[] sorted = counts.sorted().toArray();
        return sorted[sorted.length / 2];
    }

    /** How often something was committed: by a transaction, or by each statement where there was none. */
    long commits() {
        return transactions > 0 ? transactions : statements;
    }

    ServerWork minus(ServerWork other) {
        return new ServerWork(statements - other.statements, transactions - other.transactions);
    }
}
