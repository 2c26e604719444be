package dev.coatcheck.stores.sql;

import dev.coatcheck.store.StoredSession.StoredAttribute;
import java.util.Map;

/**
 * The column of attributes, read as the databases write it: names, numbers and texts without rare escapes, spaces between.
 * Every request reads it, and setting a parser up takes longer than this. Whatever looks otherwise is left to the parser,
 * which alone says what is damaged.
 */
final class PlainAttributes {
    /** So many digits fit into a long. */
    private static final int DIGITS = 18;

    private final String text;
    private int at;
    private boolean plain = true;

    PlainAttributes(String text) {
        this.text = text;
    }

    /** Whether all of it was read; else what was put there is worth nothing. */
    boolean readInto(Map<String, StoredAttribute> attributes) {
        expect('{');
        do {
            String name = string();
            expect(':');
            expect('[');
            long version = number();
            expect(',');
            String json = string();
            expect(']');
            attributes.put(name, new StoredAttribute(json, version));
        } while (plain && isNext(','));
        expect('}');
        return plain && at == text.length();
    }

    private void expect(char c) {
        plain &= isNext(c);
    }

    /** Goes past spaces, and past this if it comes next. */
    private boolean isNext(char c) {
        skipSpaces();
        boolean next = at < text.length() && text.charAt(at) == c;
        if (next) {
            at++;
        }
        return next;
    }

    private void skipSpaces() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    private long number() {
        skipSpaces();
        int first = at;
        long number = 0;
        for (; at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9'; at++) {
            number = 10 * number + text.charAt(at) - '0';
        }
        int digits = at - first;
        plain &= digits > 0 && digits <= DIGITS && (digits == 1 || text.charAt(first) != '0');
        return number;
    }

    private String string() {
        expect('"');
        int from = at;
        for (; plain && at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                return text.substring(from, at++);
            }
            if (c == '\\') {
                return escaped(from);
            }
            plain = c >= ' ';
        }
        plain = false;
        return "";
    }

    /** A text with quotes and backslashes in it, as each value that is a text has them. */
    private String escaped(int first) {
        StringBuilder result = new StringBuilder();
        int from = first;
        for (; plain && at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                return result.append(text, from, at++).toString();
            }
            if (c == '\\') {
                result.append(text, from, at++);
                // What was escaped begins what comes next.
                from = at;
                plain = at < text.length() && (text.charAt(at) == '"' || text.charAt(at) == '\\');
            } else {
                plain = c >= ' ';
            }
        }
        plain = false;
        return "";
    }
}
