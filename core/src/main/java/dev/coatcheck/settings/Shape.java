package dev.coatcheck.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * How the value of a setting is written: what it is called, an example, how text becomes a value and back.
 *
 * @param <T> type of the value
 */
public final class Shape<T> {
    private final String name;
    private final String wayOut;
    private final boolean list;
    private final Function<String, Optional<T>> element;
    private final Function<List<T>, T> joined;
    private final Function<T, String> writer;

    private Shape(
            String name,
            String wayOut,
            boolean list,
            Function<String, Optional<T>> element,
            Function<List<T>, T> joined,
            Function<T, String> writer) {
        this.name = name;
        this.wayOut = wayOut;
        this.list = list;
        this.element = element;
        this.joined = joined;
        this.writer = writer;
    }

    /**
     * One value.
     *
     * @param name what it is, with its article: {@code a duration}
     * @param wayOut a sentence that says how it is written
     * @param parser empty when the text has another shape; it may throw {@link MisconfigurationException} where it can say more
     * @param writer back to the text that the parser reads
     */
    public static <T> Shape<T> of(
            String name, String wayOut, Function<String, Optional<T>> parser, Function<T, String> writer) {
        return new Shape<>(name, wayOut, false, parser, values -> values.get(values.size() - 1), writer);
    }

    /** This shape, where nothing is a value too: {@code word} stands for it. */
    public Shape<Optional<T>> orWord(String word) {
        return of(
                name + ", or " + word,
                wayOut + " Or write " + word + ".",
                text -> text.equals(word)
                        ? Optional.of(Optional.empty())
                        : element.apply(text).flatMap(value -> Optional.of(Optional.of(value))),
                value -> value.map(writer).orElse(word));
    }

    /** Any number of values of this shape: a YAML list, or one text with commas. */
    public Shape<List<T>> list() {
        return new Shape<>(
                "a list, each " + name,
                wayOut,
                true,
                text -> element.apply(text).map(List::of),
                parts -> {
                    List<T> all = new ArrayList<>();
                    parts.forEach(all::addAll);
                    return List.copyOf(all);
                },
                values -> String.join(", ", values.stream().map(writer).toList()));
    }

    /** What it is, with its article. */
    public String name() {
        return name;
    }

    /** A sentence that says how it is written. */
    public String wayOut() {
        return wayOut;
    }

    /** Whether several values may be given. */
    public boolean isList() {
        return list;
    }

    /** One element; empty when the text has another shape. @throws MisconfigurationException when the parser can say why */
    Optional<T> parse(String text) {
        return element.apply(text);
    }

    T join(List<T> parts) {
        return joined.apply(parts);
    }

    /** The text that is read as this value. */
    String write(T value) {
        return writer.apply(value);
    }
}
