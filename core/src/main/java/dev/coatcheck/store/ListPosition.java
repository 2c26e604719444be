package dev.coatcheck.store;

import dev.coatcheck.token.SessionId;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A place in a user's list of sessions, which is ordered by the latest sign-in first and then by id; what most stores
 * need to write a {@link PageToken} and to go on from it.
 *
 * @param authenticatedAt of the last session that was shown
 * @param id of that session
 */
public record ListPosition(Instant authenticatedAt, SessionId id) implements Comparable<ListPosition> {
    /** The largest page of {@link SessionStore#list}. */
    public static final int MAX_SIZE = 100;

    private static final Comparator<ListPosition> ORDER =
            Comparator.comparing(ListPosition::authenticatedAt).reversed().thenComparing(ListPosition::id);

    /** The place of a session that somebody signed in to. */
    public static ListPosition of(StoredSession session) {
        return new ListPosition(session.authenticatedAt().orElse(Instant.EPOCH), session.id());
    }

    /** Reads what {@link #token} wrote; empty for any other token. */
    public static Optional<ListPosition> parse(PageToken token) {
        return token.place(SessionId::parse, ListPosition::new);
    }

    /** The size itself. @throws IllegalArgumentException when it is not 1 to {@link #MAX_SIZE} */
    public static int checkSize(int size) {
        if (size < 1 || size > MAX_SIZE) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_SIZE + " sessions, not " + size);
        }
        return size;
    }

    /** A page of at most {@code size} out of the next {@code size + 1} sessions of a list. */
    public static Page<StoredSession> page(List<StoredSession> oneMore, int size) {
        return Page.of(oneMore, size, shown -> Optional.of(of(shown).token()));
    }

    /** This place as a page token. */
    public PageToken token() {
        return PageToken.after(authenticatedAt, id);
    }

    /** Negative when this place comes first. */
    @Override
    public int compareTo(ListPosition other) {
        return ORDER.compare(this, other);
    }
}
