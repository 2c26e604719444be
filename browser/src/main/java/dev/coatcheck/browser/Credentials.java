package dev.coatcheck.browser;

/** A request's credentials mode (Fetch §2.2.5): whether cookies are sent and stored. */
public enum Credentials {
    /** Never. */
    OMIT,
    /** Only when the URL is same-origin with the page; the default of {@code fetch}. */
    SAME_ORIGIN,
    /** Always; what a cross-origin API that uses cookies needs. */
    INCLUDE
}
