package dev.coatcheck.stores.sql;

/** What a PostgreSQL tells every node of, where its address leaves that to the program ({@code signals=auto}). */
public enum Tells {
    /** Endings and changes of privilege: enough for all but a near-cache. */
    ENDINGS,

    /** Every write, as a near-cache needs it. Such commits go one after the other. */
    EVERY_WRITE
}
