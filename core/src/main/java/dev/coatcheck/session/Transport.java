package dev.coatcheck.session;

/** How a ticket travels. A session is honoured only on the transport that it was made for. */
public enum Transport {
    /** In an HttpOnly cookie. */
    COOKIE,
    /** In an {@code Authorization: Bearer} header (RFC 6750 §2.1). */
    BEARER;

    /** {@code cookie} or {@code bearer}. */
    public String wireName() {
        return this == COOKIE ? "cookie" : "bearer";
    }
}
