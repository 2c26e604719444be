package dev.coatcheck.settings;

import java.util.List;

/**
 * What stands in a file for one key, before anything is understood.
 *
 * @param key with dots, as written
 * @param where {@code coatcheck.yml:7}
 * @param values one, or the elements of a list
 * @param isList whether it was written as a list
 */
public record SettingEntry(String key, String where, List<Value> values, boolean isList) {
    public SettingEntry {
        values = List.copyOf(values);
    }

    /** One value in one place. */
    public static SettingEntry of(String key, String text, String where) {
        return new SettingEntry(key, where, List.of(new Value(text, where)), false);
    }

    /**
     * A text and where it stands.
     *
     * @param text as written, quotes taken away
     * @param where {@code coatcheck.yml:9}
     */
    public record Value(String text, String where) {}

    /** Key and place: the value may be a secret. */
    @Override
    public String toString() {
        return "SettingEntry[" + key + " at " + where + "]";
    }
}
