package dev.coatcheck.doctor;

/** Says that an examination could not be done at all, and the way out; the message is meant for people. */
public final class CouldNotRunException extends Exception {
    private static final long serialVersionUID = 1L;

    private CouldNotRunException(String message) {
        super(message);
    }

    /** Because of what the message says, which is shown to people. */
    public static CouldNotRunException because(String message) {
        return new CouldNotRunException(message);
    }
}
