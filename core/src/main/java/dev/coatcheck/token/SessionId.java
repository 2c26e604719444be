package dev.coatcheck.token;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/**
 * The public name of a session: 128 random bits, written as 22 base62 digits.
 *
 * <p>It is the only primary key of the record, stands in lists, logs and a JWT's {@code sid}, never changes while the
 * session lives, and opens nothing.
 */
public final class SessionId implements Comparable<SessionId> {
    static final int BYTES = 16;
    private static final String GREATEST = Base62.greatest(BYTES);

    private final String text;

    private SessionId(String text) {
        this.text = text;
    }

    /** A fresh id. */
    public static SessionId random(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new SessionId(Base62.encode(bytes));
    }

    /** Reads 22 base62 digits; empty for any other text. */
    public static Optional<SessionId> parse(String text) {
        return Base62.isSpelt(text, GREATEST) ? Optional.of(new SessionId(text)) : Optional.empty();
    }

    /** Reads what this class wrote. @throws IllegalArgumentException when the text is no session id */
    public static SessionId of(String text) {
        return parse(text)
                .orElseThrow(() -> new IllegalArgumentException("not a session id: 22 base62 digits expected"));
    }

    static SessionId ofBytes(byte[] bytes) {
        return new SessionId(Base62.encode(Arrays.copyOf(bytes, BYTES)));
    }

    byte[] bytes() {
        return Base62.decode(text, BYTES).orElseThrow();
    }

    @Override
    public int compareTo(SessionId other) {
        return text.compareTo(other.text);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SessionId id && text.equals(id.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The 22 digits. */
    @Override
    public String toString() {
        return text;
    }
}
