package dev.coatcheck.bench;

import java.util.Locale;
import java.util.Optional;

/** The stores that are measured, and what bare calls are there. */
enum StoreKind {
    MEMORY("memory", "a map's get", "a map's put", Optional.empty()),
    SQLITE("SQLite", "one SELECT", "one UPDATE", Optional.of("a SELECT and an UPDATE")),
    REDIS("Redis", "one GET", "one script", Optional.of("a GET and a script")),
    POSTGRESQL("PostgreSQL", "one SELECT", "one UPDATE", Optional.of("a SELECT and an UPDATE")),
    MARIADB("MariaDB", "one SELECT", "one UPDATE", Optional.of("a SELECT and an UPDATE"));

    private final String title;
    private final String read;
    private final String write;
    private final Optional<String> twoCalls;

    StoreKind(String title, String read, String write, Optional<String> twoCalls) {
        this.title = title;
        this.read = read;
        this.write = write;
        this.twoCalls = twoCalls;
    }

    String title() {
        return title;
    }

    /** What the server without a session layer does for this operation. */
    String bareCall(Operation operation) {
        return operation == Operation.READ ? read : write;
    }

    /** What it does where a write is two calls, as it is for sessions; empty where there is nothing to be called. */
    Optional<String> twoCalls() {
        return twoCalls;
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
