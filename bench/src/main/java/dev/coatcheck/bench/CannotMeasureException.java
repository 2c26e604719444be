package dev.coatcheck.bench;

/** Something that is needed can't be had or did not start: the message says what, and what to do. */
final class CannotMeasureException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private CannotMeasureException(String message, Throwable cause) {
        super(message, cause);
    }

    private CannotMeasureException(String message) {
        super(message);
    }

    static CannotMeasureException because(String why, String wayOut) {
        return new CannotMeasureException(why + " " + wayOut);
    }

    static CannotMeasureException because(String why, String wayOut, Throwable cause) {
        return new CannotMeasureException(why + " " + wayOut, cause);
    }
}
