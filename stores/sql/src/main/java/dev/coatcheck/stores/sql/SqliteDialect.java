package dev.coatcheck.stores.sql;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** SQLite 3.45 and later, with its JSON functions. */
final class SqliteDialect implements Dialect {
    /** Fewer than the arguments that a function may have in any build of SQLite, two for each attribute. */
    private static final int AT_ONCE = 40;

    /** Its driver asks for every column's name with every query, and each value is a call out of Java. */
    @Override
    public boolean readsPacked() {
        return true;
    }

    @Override
    public String later(String column, String argument) {
        return "max(" + column + ", " + argument + ")";
    }

    @Override
    public String attributesAreReadable() {
        return "json_valid(attributes)";
    }

    @Override
    public Fragment version(String attribute) {
        return Fragment.of("coalesce(json_extract(attributes, ?), 0)", path(attribute) + "[0]");
    }

    @Override
    public Fragment only(Collection<String> survivors) {
        if (survivors.isEmpty()) {
            return Fragment.of("'{}'");
        }
        String marks = String.join(", ", survivors.stream().map(name -> "?").toList());
        return Fragment.of(
                "(SELECT json_group_object(key, json(value)) FROM json_each(attributes) WHERE key IN (" + marks + "))",
                survivors.toArray());
    }

    @Override
    public Fragment changed(Fragment base, Collection<String> removed, Map<String, String> written) {
        return edited(base, removed, written, SqliteDialect::path);
    }

    /** By functions that MariaDB has as well. */
    static Fragment edited(
            Fragment base, Collection<String> removed, Map<String, String> written, UnaryOperator<String> path) {
        Fragment result = base;
        for (List<String> names : chunks(removed)) {
            List<Fragment> arguments = new ArrayList<>(List.of(result));
            names.forEach(name -> arguments.add(Fragment.of("?", path.apply(name))));
            result = Fragment.call("json_remove", arguments);
        }
        for (List<String> names : chunks(written.keySet())) {
            List<Fragment> arguments = new ArrayList<>(List.of(result));
            for (String name : names) {
                // The value goes in as a JSON string that holds JSON text: it comes out to the letter.
                arguments.add(Fragment.of("?, json_array(revision + 1, ?)", path.apply(name), written.get(name)));
            }
            result = Fragment.call("json_set", arguments);
        }
        return result;
    }

    /** Names have neither quotes nor backslashes, and a dot within quotes is no step. */
    private static String path(String name) {
        return "$.\"" + name + "\"";
    }

    private static List<List<String>> chunks(Collection<String> names) {
        List<String> all = List.copyOf(names);
        List<List<String>> chunks = new ArrayList<>();
        for (int i = 0; i < all.size(); i += AT_ONCE) {
            chunks.add(all.subList(i, Math.min(all.size(), i + AT_ONCE)));
        }
        return chunks;
    }
}
