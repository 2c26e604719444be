package dev.coatcheck.stores.sql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A piece of SQL and the arguments of its question marks, in their order.
 *
 * @param parts what its text is put together from
 */
record Fragment(List<String> parts, List<@Nullable Object> arguments) {
    /** More texts than requests have; what comes on top is put together each time. */
    private static final int MOST_KEPT = 256;

    private static final Map<List<String>, String> KEPT = new ConcurrentHashMap<>();

    static Fragment of(String sql, @Nullable Object... arguments) {
        return new Fragment(List.of(sql), Arrays.asList(arguments));
    }

    /** The pieces in a row, with this between them. */
    static Fragment joined(String between, List<Fragment> pieces) {
        int size = pieces.size();
        int marks = 0;
        for (Fragment piece : pieces) {
            size += piece.parts.size();
            marks += piece.arguments.size();
        }
        List<String> parts = new ArrayList<>(size);
        List<@Nullable Object> arguments = new ArrayList<>(marks);
        for (Fragment piece : pieces) {
            if (!between.isEmpty() && !parts.isEmpty()) {
                parts.add(between);
            }
            // One by one: a list that takes in another copies it first, and these are short.
            piece.parts.forEach(parts::add);
            piece.arguments.forEach(arguments::add);
        }
        return new Fragment(parts, arguments);
    }

    /** This piece with a text before it and one after it. */
    Fragment within(String before, String after) {
        List<String> more = new ArrayList<>(parts.size() + 2);
        more.add(before);
        more.addAll(parts);
        more.add(after);
        return new Fragment(more, arguments);
    }

    /** Its text, put together anew. */
    String sql() {
        return String.join("", parts);
    }

    /**
     * The same text, and the same object for each fragment of these parts: who looks it up in a map does not read it again.
     * For texts that requests send often, and of which there are few.
     */
    String often() {
        String known = KEPT.get(parts);
        if (known != null) {
            return known;
        }
        String text = sql();
        if (KEPT.size() < MOST_KEPT) {
            KEPT.put(List.copyOf(parts), text);
        }
        return text;
    }

    /** A function of these. */
    static Fragment call(String function, List<Fragment> arguments) {
        return joined(", ", arguments).within(function + "(", ")");
    }

    @Nullable
    Object[] array() {
        return arguments.toArray();
    }
}
