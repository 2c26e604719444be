package dev.coatcheck.browser;

/** How same-site a request is for its cookies (RFC 6265bis §5.8.3), from far to near. */
enum SameSiteContext {
    /** Cross-site: only SameSite=None. */
    CROSS_SITE,
    /** A cross-site top-level navigation by an unsafe method: young cookies without SameSite too. */
    LAX_UNSAFE,
    /** A cross-site top-level navigation by a safe method: Lax too. */
    LAX,
    /** Same-site: Strict too. */
    STRICT
}
