package dev.coatcheck.store;

import dev.coatcheck.token.TokenId;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A place in a user's list of personal tokens, which is ordered by the latest made first and then by id; what most stores need
 * to write a {@link PageToken} and to go on from it. Neither ever changes: who goes through the pages sees each token once.
 *
 * @param createdAt of the last token that was shown
 * @param id of that token
 */
public record TokenPosition(Instant createdAt, TokenId id) implements Comparable<TokenPosition> {
    /** The largest page of {@link TokenStore#list}. */
    public static final int MAX_SIZE = 100;

    private static final Comparator<TokenPosition> ORDER =
            Comparator.comparing(TokenPosition::createdAt).reversed().thenComparing(TokenPosition::id);

    /** The place of a token. */
    public static TokenPosition of(StoredToken token) {
        return new TokenPosition(token.createdAt(), token.id());
    }

    /** Reads what {@link #token} wrote; empty for any other page token. */
    public static Optional<TokenPosition> parse(PageToken token) {
        return token.place(TokenId::parse, TokenPosition::new);
    }

    /** The size itself. @throws IllegalArgumentException when it is not 1 to {@link #MAX_SIZE} */
    public static int checkSize(int size) {
        if (size < 1 || size > MAX_SIZE) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_SIZE + " tokens, not " + size);
        }
        return size;
    }

    /** A page of at most {@code size} out of the next {@code size + 1} tokens of a list. */
    public static Page<StoredToken> page(List<StoredToken> oneMore, int size) {
        return Page.of(oneMore, size, shown -> Optional.of(of(shown).token()));
    }

    /** This place as a page token. */
    public PageToken token() {
        return PageToken.after(createdAt, id);
    }

    /** Negative when this place comes first. */
    @Override
    public int compareTo(TokenPosition other) {
        return ORDER.compare(this, other);
    }
}
