package dev.coatcheck.stores.redis;

/** The parts of a text between separators, from left to right, as {@code split} would have them. */
final class Words {
    private final String text;
    private final char separator;
    private int begin;

    Words(String text, char separator) {
        this.text = text;
        this.separator = separator;
    }

    boolean more() {
        return begin <= text.length();
    }

    /** @throws IllegalArgumentException when there are no more */
    String next() {
        int from = begin;
        return text.substring(from, end());
    }

    /** The next one as a decimal number. @throws IllegalArgumentException when there is none */
    long number() {
        int from = begin;
        return Long.parseLong(text, from, end(), 10);
    }

    private int end() {
        if (!more()) {
            throw new IllegalArgumentException("a part is missing");
        }
        int found = text.indexOf(separator, begin);
        int end = found < 0 ? text.length() : found;
        begin = end + 1;
        return end;
    }
}
