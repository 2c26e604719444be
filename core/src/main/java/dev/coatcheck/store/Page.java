package dev.coatcheck.store;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Some of a list, and where to go on. */
public record Page<T>(List<T> items, Optional<PageToken> next) {
    public Page {
        items = List.copyOf(items);
    }

    /** Nothing, and nothing more. */
    public static <T> Page<T> empty() {
        return new Page<>(List.of(), Optional.empty());
    }

    /**
     * A page of at most {@code size} out of the next {@code size + 1} of a list.
     *
     * @param place where a list goes on that was shown up to this item; empty when it can't go on there, as after a damaged key
     */
    public static <T> Page<T> of(List<T> oneMore, int size, Function<? super T, Optional<PageToken>> place) {
        if (oneMore.size() <= size) {
            return new Page<>(oneMore, Optional.empty());
        }
        List<T> shown = oneMore.subList(0, size);
        return new Page<>(
                shown, shown.stream().map(place).flatMap(Optional::stream).reduce((before, last) -> last));
    }

    /** What each item is read as, without those that can't be read; the list goes on where it did. */
    public <R> Page<R> readAs(Function<? super T, Optional<R>> reading) {
        return new Page<>(items.stream().map(reading).flatMap(Optional::stream).toList(), next);
    }
}
