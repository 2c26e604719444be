package dev.coatcheck.browser;

/** How a {@code fetch} uses the HTTP cache (Fetch §2.2.5). */
public enum CacheMode {
    /** Fresh answers are taken from the cache. */
    DEFAULT,
    /** The cache is neither read nor written. */
    NO_STORE,
    /** The cache is not read, but written. */
    RELOAD,
    /** Stored answers are asked after before they are used. */
    NO_CACHE,
    /** Stored answers are used, stale or not. */
    FORCE_CACHE,
    /** Only stored answers are used; same-origin only. */
    ONLY_IF_CACHED
}
