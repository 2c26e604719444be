package dev.coatcheck.bench;

import java.util.Locale;

/** What a request does. */
enum Operation {
    /** An authenticated GET. */
    READ,
    /** An authenticated POST that changes one attribute. */
    WRITE;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
