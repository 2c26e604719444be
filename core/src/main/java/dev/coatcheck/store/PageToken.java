package dev.coatcheck.store;

import java.util.regex.Pattern;

/** Where a list goes on: {@code [A-Za-z0-9._-]{1,128}}, meaningful to the store that gave it and to nobody else. */
public record PageToken(String value) {
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    /** @throws IllegalArgumentException when the text has another shape */
    public PageToken {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException("not a page token");
        }
    }
}
