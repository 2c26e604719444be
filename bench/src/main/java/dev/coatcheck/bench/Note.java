package dev.coatcheck.bench;

/** What the servers answer, to the letter: the load is checked against it. */
final class Note {
    /** Digits of a note: each write sends the next number. */
    static final int DIGITS = 9;

    private Note() {}

    /** What every request is answered with. */
    static String user(String user) {
        return "{\"user\":\"" + user + "\"}";
    }

    /** The same and the note that was written last. */
    static String noted(String user, String note) {
        return "{\"user\":\"" + user + "\",\"note\":\"" + note + "\"}";
    }

    /** A number as a note. */
    static String text(long number) {
        return String.format("%0" + DIGITS + "d", number);
    }

    /** The name of a user by number. */
    static String name(int number) {
        return String.format("user%06d", number);
    }
}
