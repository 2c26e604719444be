package dev.coatcheck.bench;

import java.util.Locale;

/** The stores that are measured, and what one bare call is there. */
enum StoreKind {
    MEMORY("memory", "a map's get", "a map's put"),
    SQLITE("SQLite", "one SELECT", "one UPDATE"),
    REDIS("Redis", "one GET", "one script"),
    POSTGRESQL("PostgreSQL", "one SELECT", "one UPDATE"),
    MARIADB("MariaDB", "one SELECT", "one UPDATE");

    private final String title;
    private final String read;
    private final String write;

    StoreKind(String title, String read, String write) {
        this.title = title;
        this.read = read;
        this.write = write;
    }

    String title() {
        return title;
    }

    /** What the server without a session layer does for this operation. */
    String bareCall(Operation operation) {
        return operation == Operation.READ ? read : write;
    }

    /** Whether it tells every node what is written, so that a near-cache may stand in front. */
    boolean hasNearCache() {
        return this == REDIS || this == POSTGRESQL;
    }

    /** As on the command line. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
