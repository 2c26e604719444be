package dev.coatcheck.stores.redis;

import dev.coatcheck.store.PageToken;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The last session of a page: the list goes on behind it, also when it has ended by then. */
record Position(String authenticatedAt, String id) {
    private static final Pattern SHAPE = Pattern.compile("(-?\\d{1,15})\\.([0-9A-Za-z]{22})");

    /** Empty when another store wrote the token. */
    static Optional<Position> of(PageToken token) {
        Matcher parts = SHAPE.matcher(token.value());
        return parts.matches() ? Optional.of(new Position(parts.group(1), parts.group(2))) : Optional.empty();
    }

    PageToken token() {
        return new PageToken(authenticatedAt + "." + id);
    }
}
