package dev.coatcheck.settings;

/**
 * Something wrong with one setting, as a person reads it.
 *
 * @param where {@code coatcheck.yml:7} or {@code environment}
 * @param key the key or the environment variable; empty when the whole file is meant
 * @param reason why it can't be; never a secret
 * @param wayOut what to write instead
 */
public record SettingProblem(String where, String key, String reason, String wayOut) {
    /** One line: place, key, reason, way out. */
    @Override
    public String toString() {
        return where + ": " + (key.isEmpty() ? "" : key + ": ") + (reason + " " + wayOut).strip();
    }
}
