package dev.coatcheck.settings;

/** A configuration that can't work in a browser, or is unsafe: refused at start, with the reason and the way out. */
public final class MisconfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;
    private final String wayOut;

    private MisconfigurationException(String reason, String wayOut) {
        super(reason + " " + wayOut);
        this.reason = reason;
        this.wayOut = wayOut;
    }

    /** Two sentences: why it can't be, and what to write instead. */
    public static MisconfigurationException because(String reason, String wayOut) {
        return new MisconfigurationException(reason, wayOut);
    }

    /** Why it can't be. */
    public String reason() {
        return reason;
    }

    /** What to write instead. */
    public String wayOut() {
        return wayOut;
    }
}
