package dev.coatcheck.browser;

/** What a {@code fetch} does with a redirect (Fetch §2.2.5). */
public enum RedirectMode {
    /** It is followed; the default. */
    FOLLOW,
    /** The page gets an opaque answer instead. */
    MANUAL,
    /** The fetch fails. */
    ERROR
}
