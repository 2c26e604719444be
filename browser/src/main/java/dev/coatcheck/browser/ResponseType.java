package dev.coatcheck.browser;

/** What kind of answer a page gets from {@code fetch} (Fetch §2.2.6). */
public enum ResponseType {
    /** Same-origin: everything readable but {@code Set-Cookie}. */
    BASIC,
    /** Cross-origin and allowed: body, status and the exposed headers are readable. */
    CORS,
    /** Cross-origin without CORS: nothing is readable. */
    OPAQUE,
    /** A redirect that was not to be followed: nothing is readable. */
    OPAQUE_REDIRECT
}
