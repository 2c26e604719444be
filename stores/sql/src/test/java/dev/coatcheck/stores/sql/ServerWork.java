package dev.coatcheck.stores.sql;

/**
 * What a server counted of its own work.
 *
 * @param statements also those that came together
 * @param transactions on MariaDB only those that a statement began
 */
record ServerWork(long statements, long transactions) {
    /** How often something was committed: by a transaction, or by each statement where there was none. */
    long commits() {
        return transactions > 0 ? transactions : statements;
    }

    ServerWork minus(ServerWork other) {
        return new ServerWork(statements - other.statements, transactions - other.transactions);
    }
}
