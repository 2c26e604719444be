package dev.coatcheck.stores.sql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A piece of SQL and the arguments of its question marks, in their order. */
record Fragment(String sql, List<@Nullable Object> arguments) {
    static Fragment of(String sql, @Nullable Object... arguments) {
        return new Fragment(sql, Arrays.asList(arguments));
    }

    /** The pieces in a row, with this between them. */
    static Fragment joined(String between, List<Fragment> pieces) {
        StringBuilder sql = new StringBuilder(1_024);
        List<@Nullable Object> arguments = new ArrayList<>();
        for (Fragment piece : pieces) {
            sql.append(sql.isEmpty() ? "" : between).append(piece.sql());
            arguments.addAll(piece.arguments());
        }
        return new Fragment(sql.toString(), arguments);
    }

    /** A function of these. */
    static Fragment call(String function, List<Fragment> arguments) {
        Fragment list = joined(", ", arguments);
        return new Fragment(function + "(" + list.sql() + ")", list.arguments());
    }

    @Nullable
    Object[] array() {
        return arguments.toArray();
    }
}
