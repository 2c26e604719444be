package dev.coatcheck.json;

import java.util.regex.Pattern;

/** Where in a JSON text something is, in words for a message: {@code "device.name"}, {@code "items[3]"}. */
final class Paths {
    /** A name that somebody else chose is repeated only when it looks like one: it could hold a password or control characters. */
    private static final Pattern USUAL_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,63}");

    private static final int MAX_LENGTH = 200;

    private Paths() {}

    static String member(String path, String name) {
        String usual = USUAL_NAME.matcher(name).matches() ? name : "(unusual name)";
        return cut(path.isEmpty() ? usual : path + "." + usual);
    }

    static String item(String path, int index) {
        return cut(path + "[" + index + "]");
    }

    /** The quoted path, or what stands for the whole text. */
    static String orWhole(String path) {
        return path.isEmpty() ? "it" : '"' + path + '"';
    }

    private static String cut(String path) {
        return path.length() <= MAX_LENGTH ? path : path.substring(0, MAX_LENGTH) + "…";
    }
}
