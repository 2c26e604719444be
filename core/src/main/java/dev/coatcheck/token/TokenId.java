package dev.coatcheck.token;

import java.security.SecureRandom;
import java.util.Optional;

/**
 * The public name of a personal access token: 128 random bits, written as 22 base62 digits. It stands in lists and logs, and
 * opens nothing.
 */
public record TokenId(String value) implements Comparable<TokenId> {
    private static final int BYTES = 16;

    /** @throws IllegalArgumentException when the text has another shape */
    public TokenId {
        if (Base62.decode(value, BYTES).isEmpty()) {
            throw new IllegalArgumentException("not a token id: 22 base62 digits expected");
        }
    }

    /** A fresh id. */
    public static TokenId random(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new TokenId(Base62.encode(bytes));
    }

    /** Reads 22 base62 digits; empty for any other text. */
    public static Optional<TokenId> parse(String text) {
        return Base62.decode(text, BYTES).map(bytes -> new TokenId(text));
    }

    @Override
    public int compareTo(TokenId other) {
        return value.compareTo(other.value);
    }

    /** The 22 digits. */
    @Override
    public String toString() {
        return value;
    }
}
