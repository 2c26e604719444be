package dev.coatcheck.stores.sql;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A piece of SQL and the arguments of its question marks, in their order. */
record Fragment(String sql, List<@Nullable Object> arguments) {
    static Fragment of(String sql, @Nullable Object... arguments) {
        List<@Nullable Object> list = new ArrayList<>();
        for (Object argument : arguments) {
            list.add(argument);
        }
        return new Fragment(sql, list);
    }

    /** The pieces in a row, with this between them. */
    static Fragment joined(String between, List<Fragment> pieces) {
        List<@Nullable Object> arguments = new ArrayList<>();
        pieces.forEach(piece -> arguments.addAll(piece.arguments()));
        return new Fragment(
                String.join(between, pieces.stream().map(Fragment::sql).toList()), arguments);
    }

    @Nullable
    Object[] array() {
        return arguments.toArray();
    }
}
