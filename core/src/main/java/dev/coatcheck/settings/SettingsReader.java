package dev.coatcheck.settings;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Turns entries and variables into values, and collects everything that is wrong with them. */
final class SettingsReader {
    private static final String PREFIX = "COATCHECK_";

    /** Set by Kubernetes for a service called coatcheck, and by our own start script. */
    private static final Pattern NOT_OURS =
            Pattern.compile("COATCHECK_(SERVICE_(HOST|PORT)(_.*)?|PORT(_\\d+_(TCP|UDP).*)?|JAVA_OPTS|CONFIG)");

    private final Map<Setting<?>, Settings.Given> given = new HashMap<>();
    private final List<SettingProblem> problems = new ArrayList<>();

    private SettingsReader() {}

    static Settings read(List<SettingEntry> file, Map<String, String> environment) {
        SettingsReader reader = new SettingsReader();
        reader.readFile(file);
        reader.readEnvironment(new TreeMap<>(environment));
        if (!reader.problems.isEmpty()) {
            throw InvalidSettingsException.of(reader.problems);
        }
        return new Settings(reader.given);
    }

    private void readFile(List<SettingEntry> file) {
        Map<String, Setting<?>> byKey = new LinkedHashMap<>();
        SettingsTable.all().forEach(setting -> byKey.put(setting.key(), setting));
        Map<String, String> seen = new HashMap<>();
        for (SettingEntry entry : file) {
            Setting<?> setting = byKey.get(entry.key());
            String before = seen.putIfAbsent(entry.key(), entry.where());
            if (setting == null) {
                problems.add(unknown(entry, byKey));
            } else if (before != null) {
                problem(
                        entry.where(),
                        entry.key(),
                        "It is set twice, first at " + before + ".",
                        "Remove one of the two.");
            } else if (setting.isEnvironmentOnly()) {
                problem(
                        entry.where(),
                        entry.key(),
                        "It does not belong into a file.",
                        "Set the environment variable " + setting.environmentName() + ".");
            } else {
                take(setting, entry, entry.key());
            }
        }
    }

    private void readEnvironment(Map<String, String> environment) {
        Map<String, Setting<?>> byName = new LinkedHashMap<>();
        SettingsTable.all().forEach(setting -> byName.put(setting.environmentName(), setting));
        environment.forEach((name, value) -> {
            if (!name.startsWith(PREFIX)
                    || value.isBlank()
                    || NOT_OURS.matcher(name).matches()) {
                return;
            }
            Setting<?> setting = byName.get(name);
            if (setting == null) {
                problem(
                        "environment",
                        name,
                        "There is no such setting.",
                        Closest.to(name, byName.keySet())
                                .map(meant -> "Did you mean " + meant + "?")
                                .orElse("Unset it; names that start with " + PREFIX + " are Coatcheck's."));
            } else {
                take(setting, SettingEntry.of(setting.key(), value, "environment"), name);
            }
        });
    }

    private <T> void take(Setting<T> setting, SettingEntry entry, String name) {
        Shape<T> shape = setting.shape();
        if (entry.isList() && !shape.isList()) {
            problem(entry.where(), name, "It takes one value, not a list.", shape.wayOut());
            return;
        }
        List<T> parts = new ArrayList<>();
        boolean whole = true;
        for (SettingEntry.Value value : elements(entry, shape)) {
            Optional<T> part = element(setting, value, name);
            part.ifPresent(parts::add);
            whole &= part.isPresent();
        }
        if (whole && (shape.isList() || !parts.isEmpty())) {
            given.put(setting, new Settings.Given(shape.join(parts), entry.where()));
        }
    }

    /** A text with commas is a list where a list is wanted. */
    private static List<SettingEntry.Value> elements(SettingEntry entry, Shape<?> shape) {
        if (entry.isList() || !shape.isList()) {
            return entry.values();
        }
        return entry.values().stream()
                .flatMap(value -> Arrays.stream(value.text().split(",", -1))
                        .map(String::strip)
                        .filter(text -> !text.isEmpty())
                        .map(text -> new SettingEntry.Value(text, value.where())))
                .toList();
    }

    private <T> Optional<T> element(Setting<T> setting, SettingEntry.Value value, String name) {
        String text = value.text().strip();
        try {
            Optional<T> parsed =
                    text.isEmpty() ? Optional.empty() : setting.shape().parse(text);
            if (parsed.isEmpty()) {
                problem(
                        value.where(),
                        name,
                        reason(setting, text),
                        setting.shape().wayOut());
            }
            return parsed;
        } catch (MisconfigurationException e) {
            problem(value.where(), name, e.reason(), e.wayOut());
            return Optional.empty();
        }
    }

    private static String reason(Setting<?> setting, String text) {
        if (text.isEmpty()) {
            return "It has no value.";
        }
        String shown = setting.isSecret() ? "The value" : "\"" + printable(text) + "\"";
        String wanted = setting.shape().isList()
                ? setting.shape().name().replaceFirst("^a list, each ", "")
                : setting.shape().name();
        return shown + " is not " + wanted + ".";
    }

    private static String printable(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        return plain.length() > 80 ? plain.substring(0, 80) + "…" : plain;
    }

    private SettingProblem unknown(SettingEntry entry, Map<String, Setting<?>> byKey) {
        List<String> below = byKey.keySet().stream()
                .filter(key -> key.startsWith(entry.key() + "."))
                .toList();
        if (!below.isEmpty()) {
            return new SettingProblem(
                    entry.where(),
                    entry.key(),
                    "It is a group of settings and has no value of its own.",
                    "Write " + String.join(", ", below) + ".");
        }
        return new SettingProblem(
                entry.where(),
                printable(entry.key()),
                "There is no such setting.",
                Closest.to(entry.key(), byKey.keySet())
                        .map(meant -> "Did you mean " + meant + "?")
                        .orElse("Remove it; coatcheck settings lists what there is."));
    }

    private void problem(String where, String key, String reason, String wayOut) {
        problems.add(new SettingProblem(where, key, reason, wayOut));
    }
}
