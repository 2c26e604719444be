package dev.coatcheck.session;

import java.util.regex.Pattern;

/**
 * Who a session belongs to, as the {@link dev.coatcheck.Authenticator} names them: 1 to 128 printable ASCII characters
 * without spaces, stable for the life of the account.
 */
public record UserId(String value) implements Comparable<UserId> {
    private static final Pattern SHAPE = Pattern.compile("[\\x21-\\x7e]{1,128}");

    /** @throws IllegalArgumentException when the text has another shape */
    public UserId {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException("a user id is 1 to 128 printable ASCII characters without spaces");
        }
    }

    @Override
    public int compareTo(UserId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
