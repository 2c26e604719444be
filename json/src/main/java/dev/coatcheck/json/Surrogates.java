package dev.coatcheck.json;

/** Halves of surrogate pairs: text that has one without the other can't be written as UTF-8. */
final class Surrogates {
    private Surrogates() {}

    static boolean areLoneIn(String text) {
        // a pair is one code point above them; only a lone half comes out as one itself
        return text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
