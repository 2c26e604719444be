package dev.coatcheck.store;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
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

    /** After what has this time, in milliseconds, and this id: for lists in the order of both. */
    static PageToken after(Instant at, Object id) {
        return new PageToken(at.toEpochMilli() + "." + id);
    }

    /** The place that {@link #after} was given; empty for any other token. */
    <I, P> Optional<P> place(Function<String, Optional<I>> id, BiFunction<Instant, I, P> place) {
        int dot = value.indexOf('.');
        if (dot < 1) {
            return Optional.empty();
        }
        try {
            Instant at = Instant.ofEpochMilli(Long.parseLong(value.substring(0, dot)));
            return id.apply(value.substring(dot + 1)).map(read -> place.apply(at, read));
        } catch (NumberFormatException | DateTimeException e) {
            return Optional.empty();
        }
    }
}
