package dev.coatcheck.site;

/** The {@code SameSite} attribute of a cookie (RFC 6265bis §5.6.7). */
public enum SameSite {
    /** Sent with same-site requests only. */
    STRICT("Strict"),
    /** Sent with same-site requests and with top-level navigations by a safe method. */
    LAX("Lax"),
    /** Sent with cross-site requests too; needs {@code Secure}. */
    NONE("None");

    private final String text;

    SameSite(String text) {
        this.text = text;
    }

    /** The attribute's value as it is written: {@code Strict}, {@code Lax} or {@code None}. */
    @Override
    public String toString() {
        return text;
    }
}
