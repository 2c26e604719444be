package dev.coatcheck.browser;

/** The mode of a {@code fetch} (Fetch §2.2.5). */
public enum Mode {
    /** Cross-origin answers are readable if the CORS protocol allows it; the default of {@code fetch}. */
    CORS,
    /** Cross-origin answers are opaque, methods and headers restricted. */
    NO_CORS,
    /** Cross-origin requests fail without being sent. */
    SAME_ORIGIN
}
