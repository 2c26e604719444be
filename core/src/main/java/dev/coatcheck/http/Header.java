package dev.coatcheck.http;

/**
 * One header line of an answer. Built as a value, written in one place.
 *
 * @param name a token of RFC 9110 §5.6.2
 * @param value ISO-8859-1 text without CR, LF or NUL
 */
public record Header(String name, String value) {
    /** @throws IllegalArgumentException when a part can't stand in a header line */
    public Header {
        if (name.isEmpty() || !isToken(name)) {
            throw new IllegalArgumentException("not a header name");
        }
        if (!isValue(value)) {
            throw new IllegalArgumentException("the value of " + name + " can't stand in a header line");
        }
    }

    private static boolean isToken(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (!isTokenCharacter(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isValue(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c != '\t' && (c < ' ' || c == 0x7f || c > 0xff)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isTokenCharacter(int c) {
        return (c >= '0' && c <= '9')
                || (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }
}
