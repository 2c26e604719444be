package dev.coatcheck.session;

/**
 * Who a session belongs to, as the {@link dev.coatcheck.Authenticator} names them: 1 to 128 printable ASCII characters
 * without spaces, stable for the life of the account.
 */
public record UserId(String value) implements Comparable<UserId> {
    private static final int MOST = 128;

    /** @throws IllegalArgumentException when the text has another shape */
    public UserId {
        if (value.isEmpty() || value.length() > MOST || !isPlain(value)) {
            throw new IllegalArgumentException("a user id is 1 to 128 printable ASCII characters without spaces");
        }
    }

    private static boolean isPlain(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < '!' || value.charAt(i) > '~') {
                return false;
            }
        }
        return true;
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
