package dev.coatcheck.settings;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Values for every setting of the table, and where each came from: a line of a file, the environment, or its default. */
public final class Settings {
    /** Nothing set: all defaults. */
    public static final Settings DEFAULTS = new Settings(Map.of());

    private final Map<Setting<?>, Given> given;

    Settings(Map<Setting<?>, Given> given) {
        this.given = Map.copyOf(given);
    }

    /** A value that was set, and where. */
    record Given(Object value, String where) {}

    /**
     * Reads entries of a file and {@code COATCHECK_…} variables of the environment, which win.
     *
     * @throws InvalidSettingsException with every unknown key, impossible value and duplicate there is
     */
    public static Settings of(List<SettingEntry> file, Map<String, String> environment) {
        return SettingsReader.read(file, environment);
    }

    /** The value that holds. */
    @SuppressWarnings("unchecked") // the reader puts what the setting's own shape made
    public <T> T get(Setting<T> setting) {
        Given set = given.get(setting);
        return set == null ? setting.byDefault() : (T) set.value();
    }

    /** Whether it was set by somebody. */
    public boolean isSet(Setting<?> setting) {
        return given.containsKey(setting);
    }

    /** {@code coatcheck.yml:7}, {@code environment} or {@code default}. */
    public String where(Setting<?> setting) {
        return Optional.ofNullable(given.get(setting)).map(Given::where).orElse("default");
    }

    /** The value as text; {@code [secret]} for a secret that was set. */
    public <T> String text(Setting<T> setting) {
        if (!isSet(setting)) {
            return setting.defaultText();
        }
        return setting.isSecret() ? "[secret]" : setting.shape().write(get(setting));
    }

    /** These settings with another value for one, as if {@code where} had said so. */
    public <T> Settings with(Setting<T> setting, T value, String where) {
        Map<Setting<?>, Given> more = new HashMap<>(given);
        more.put(setting, new Given(value, where));
        return new Settings(more);
    }

    /** These settings with one at its default. */
    public Settings without(Setting<?> setting) {
        Map<Setting<?>, Given> fewer = new HashMap<>(given);
        fewer.remove(setting);
        return new Settings(fewer);
    }

    /** How many were set: values may be secrets. */
    @Override
    public String toString() {
        return "Settings[" + given.size() + " set]";
    }
}
