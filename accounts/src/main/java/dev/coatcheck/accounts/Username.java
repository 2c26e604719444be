package dev.coatcheck.accounts;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;

/**
 * The name that someone signs in with: 1 to {@value #MAX_LENGTH} characters of any script, equal whatever the case.
 *
 * <p>It is normalised to NFKC (Unicode Annex 15), so full-width letters, ligatures and composed or decomposed accents are the
 * same name, and stripped of spaces around it, which phones add. Refused are control and format characters, characters
 * that are drawn as nothing, unassigned and private ones, and two spaces in a row. Letters of different scripts that look
 * alike stay different names: where anybody may register, an administrator has to watch for that.
 */
public final class Username {
    /** Characters, counted in code points after normalisation. */
    public static final int MAX_LENGTH = 64;

    /** No name of {@value #MAX_LENGTH} characters needs more; longer texts are not normalised at all. */
    private static final int MAX_TYPED = 4 * MAX_LENGTH;

    private final String text;
    private final String key;

    private Username(String text, String key) {
        this.text = text;
        this.key = key;
    }

    /** The name that was typed; empty when it can be nobody's. */
    public static Optional<Username> parse(String typed) {
        if (typed.length() > MAX_TYPED) {
            return Optional.empty();
        }
        String text = Normalizer.normalize(typed, Normalizer.Form.NFKC).strip();
        String key = folded(text);
        return isUsable(text) && isUsable(key) ? Optional.of(new Username(text, key)) : Optional.empty();
    }

    /** Reads what {@link #text} gave. @throws IllegalArgumentException when it is no user name; it is not repeated */
    public static Username of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException(RULE));
    }

    /** What a user name has to be, for people. */
    static final String RULE = "a user name is 1 to " + MAX_LENGTH
            + " letters, digits, signs or single spaces, without control or invisible characters";

    /** As it is shown: case kept. */
    public String text() {
        return text;
    }

    /** As it is compared: stores put their unique index on this. */
    public String key() {
        return key;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Username name && key.equals(name.key);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }

    /** Upper case first: it is what makes sharp s and final sigma equal to their other forms. Repeated until nothing changes. */
    private static String folded(String text) {
        String before = text;
        for (int i = 0; i < 4; i++) {
            String after = Normalizer.normalize(
                    before.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT), Normalizer.Form.NFKC);
            if (after.equals(before)) {
                return after;
            }
            before = after;
        }
        return before;
    }

    private static boolean isUsable(String text) {
        int length = text.codePointCount(0, text.length());
        return length >= 1
                && length <= MAX_LENGTH
                && !text.contains("  ")
                && text.codePoints().allMatch(Username::isUsable);
    }

    private static boolean isUsable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> !isDrawnAsNothing(c);
        };
    }

    /** The Default_Ignorable_Code_Points (DerivedCoreProperties) that are letters or marks, not format characters. */
    private static boolean isDrawnAsNothing(int c) {
        return c == 0x034f
                || c == 0x115f
                || c == 0x1160
                || c == 0x17b4
                || c == 0x17b5
                || (c >= 0x180b && c <= 0x180f)
                || c == 0x3164
                || (c >= 0xfe00 && c <= 0xfe0f)
                || c == 0xffa0
                || (c >= 0xe0000 && c <= 0xe0fff);
    }
}
