package dev.coatcheck.bench;

/** A server answered something else than it must, or did not answer: its figures mean nothing, and the run ends. */
final class WrongAnswerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private WrongAnswerException(String message) {
        super(message);
    }

    private WrongAnswerException(String message, Throwable cause) {
        super(message, cause);
    }

    /** This was asked, that was to be answered. */
    static WrongAnswerException to(String request, String expected, String answer) {
        return new WrongAnswerException(
                "wrong answer to " + request + ": expected 200 with " + expected + ", got: " + answer.strip());
    }

    /** A failure, with what is needed to understand it. */
    static WrongAnswerException met(String where, RuntimeException failure, String around) {
        return new WrongAnswerException(where + ": " + failure.getMessage() + System.lineSeparator() + around, failure);
    }

    static WrongAnswerException silence(String where, int requests) {
        return new WrongAnswerException(where + ": " + requests + " requests were not answered in time");
    }
}
