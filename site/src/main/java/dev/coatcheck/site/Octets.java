package dev.coatcheck.site;

/** Character classes and sizes of cookie syntax; one char is one byte. */
final class Octets {
    /** What browsers take in name and value together (RFC 6265bis §5.6), in bytes. */
    static final int MAX_NAME_AND_VALUE = 4096;

    /** What browsers take in the value of an attribute; longer ones are ignored. */
    static final int MAX_ATTRIBUTE = 1024;

    private static final String SEPARATORS = "()<>@,;:\\\"/[]?={} \t";

    private Octets() {}

    /** The text between two indexes without the spaces and tabs at its ends. */
    static String trim(String text, int from, int to) {
        int start = skipBlanks(text, from, to);
        return text.substring(start, dropBlanks(text, start, to));
    }

    /** Where the text between two indexes begins without the spaces and tabs at its start. */
    static int skipBlanks(String text, int from, int to) {
        int start = from;
        while (start < to && isBlank(text.charAt(start))) {
            start++;
        }
        return start;
    }

    /** Where it ends without those at its end. */
    static int dropBlanks(String text, int from, int to) {
        int end = to;
        while (end > from && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return end;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /** A token of RFC 9110 §5.6.2. */
    static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > 0x20 && c < 0x7f && SEPARATORS.indexOf(c) < 0);
    }

    /** A cookie-value of RFC 6265bis §4.1.1: cookie-octets, as a whole in double quotes or not. */
    static boolean isCookieValue(String text) {
        boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
        String octets = quoted ? text.substring(1, text.length() - 1) : text;
        return octets.chars().allMatch(c -> c > 0x20 && c < 0x7f && "\",;\\".indexOf(c) < 0);
    }

    /** An attribute value of RFC 6265bis §4.1.1: any character but controls and the semicolon. */
    static boolean isAttributeValue(String text) {
        return text.chars().allMatch(c -> c >= 0x20 && c < 0x7f && c != ';');
    }
}
