package dev.coatcheck.json;

/** The text is not the JSON that is wanted. The message says what is wrong, with member names and never with a value. */
final class MalformedJsonException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedJsonException(String what) {
        super(what, null, false, false);
    }

    /** What is wrong, as the end of a sentence that begins with what was read. */
    String what() {
        return String.valueOf(getMessage());
    }
}
