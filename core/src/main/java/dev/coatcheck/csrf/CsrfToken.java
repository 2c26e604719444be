package dev.coatcheck.csrf;

/** A CSRF token as one answer carries it: masked, so that no two answers show the same text. Not printed. */
public final class CsrfToken {
    private final String text;

    CsrfToken(String text) {
        this.text = text;
    }

    /** The text for the body, the header or the readable cookie. */
    public String reveal() {
        return text;
    }

    @Override
    public String toString() {
        return "CsrfToken[redacted]";
    }
}
