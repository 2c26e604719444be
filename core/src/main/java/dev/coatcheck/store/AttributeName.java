package dev.coatcheck.store;

/** The names that session attributes may have: {@code [A-Za-z0-9._-]{1,64}}, safe in every store's syntax. */
public final class AttributeName {
    private static final int MOST = 64;

    private AttributeName() {}

    /** The name itself. @throws IllegalArgumentException when it has another shape */
    public static String check(String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException("a session attribute's name is 1 to 64 of A-Z a-z 0-9 . _ -");
        }
        return name;
    }

    private static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean fits = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '.'
                    || c == '_'
                    || c == '-';
            if (!fits) {
                return false;
            }
        }
        return !name.isEmpty() && name.length() <= MOST;
    }
}
