package dev.coatcheck.browser;

/** What becomes of a request before it leaves. */
enum Passage {
    /** It may leave. */
    OPEN,
    /** It fails. */
    CLOSED,
    /** It never ends. */
    WAITING,
    /** The browser shows a warning page instead. */
    ERROR_PAGE
}
