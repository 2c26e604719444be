package dev.coatcheck.store;

import java.util.regex.Pattern;

/** The names that session attributes may have: {@code [A-Za-z0-9._-]{1,64}}, safe in every store's syntax. */
public final class AttributeName {
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private AttributeName() {}

    /** The name itself. @throws IllegalArgumentException when it has another shape */
    public static String check(String name) {
        if (!SHAPE.matcher(name).matches()) {
            throw new IllegalArgumentException("a session attribute's name is 1 to 64 of A-Z a-z 0-9 . _ -");
        }
        return name;
    }
}
