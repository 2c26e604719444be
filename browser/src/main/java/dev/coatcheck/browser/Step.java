package dev.coatcheck.browser;

/** What a {@link Decision} is about: the steps of a request in the order in which a browser takes them. */
public enum Step {
    /** Whether a request may leave at all: mixed content, local-network access, upgrades, modes. */
    SEND_REQUEST,
    /** Whether a preflight is needed before it. */
    NEED_PREFLIGHT,
    /** Whether the answer to the preflight lets the request pass. */
    PASS_PREFLIGHT,
    /** Whether a stored cookie goes with the request. The subject is the cookie's name. */
    ATTACH_COOKIE,
    /** Which value a header of the browser's own gets, or why it is missing. The subject is the header's name. */
    ATTACH_HEADER,
    /** Whether a {@code Set-Cookie} line is kept. The subject is the cookie's name. */
    STORE_COOKIE,
    /** Whether a redirect is followed, and how the request changes. */
    FOLLOW_REDIRECT,
    /** Whether the page may read the answer: the CORS check. */
    READ_RESPONSE,
    /** Whether the page may read a header of the answer. The subject is the header's name. */
    EXPOSE_HEADER
}
