package dev.coatcheck.server.run;

import dev.coatcheck.settings.InvalidSettingsException;
import dev.coatcheck.settings.SettingEntry;
import dev.coatcheck.settings.SettingProblem;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * A configuration file in YAML 1.2, as entries with their lines. Nested maps become keys with dots; every scalar is taken as
 * the text it was written as, so {@code no}, {@code 010} and {@code 1:30} are never turned into something else.
 */
public final class ConfigFile {
    private static final String BYTE_ORDER_MARK = "\ufeff";
    private static final int MOST_BYTES = 1024 * 1024;

    private final String name;
    private final List<SettingEntry> entries = new ArrayList<>();
    private final List<SettingProblem> problems = new ArrayList<>();

    private ConfigFile(String name) {
        this.name = name;
    }

    /** What the file says. @throws InvalidSettingsException when it can't be read, or is not a map of settings */
    public static List<SettingEntry> read(Path file) {
        String text = text(file);
        return parse(file.toString(), text);
    }

    static List<SettingEntry> parse(String name, String text) {
        ConfigFile file = new ConfigFile(name);
        file.root(text).ifPresent(root -> file.flatten("", root));
        if (!file.problems.isEmpty()) {
            throw InvalidSettingsException.of(file.problems);
        }
        return List.copyOf(file.entries);
    }

    private static String text(Path file) {
        try {
            if (Files.exists(file) && Files.size(file) > MOST_BYTES) {
                throw refused(file.toString(), "It has more than 1 MiB.", "Name the configuration file.");
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw refused(
                    file.toString(),
                    "There is no such file.",
                    "Name another with --config, or leave --config away for the defaults.");
        } catch (AccessDeniedException e) {
            throw refused(file.toString(), "It may not be read.", "Give the user who runs this the right to read it.");
        } catch (MalformedInputException e) {
            throw refused(file.toString(), "It is not UTF-8 text.", "Save it as UTF-8.");
        } catch (IOException e) {
            throw refused(file.toString(), "It can't be read: " + e.getMessage() + ".", "Name a YAML file.");
        }
    }

    private static InvalidSettingsException refused(String where, String reason, String wayOut) {
        return InvalidSettingsException.of(List.of(new SettingProblem(where, "", reason, wayOut)));
    }

    private Optional<Node> root(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(name)
                .setUseMarks(true)
                .setCodePointLimit(MOST_BYTES)
                .build();
        try {
            List<Node> documents = new ArrayList<>();
            StreamReader reader =
                    new StreamReader(settings, text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text);
            new Composer(settings, new ParserImpl(settings, reader)).forEachRemaining(documents::add);
            if (documents.size() > 1) {
                problem(documents.get(1), "", "A second document starts here.", "Keep one document in the file.");
            }
            return documents.stream().findFirst().filter(node -> !isEmpty(node));
        } catch (MarkedYamlEngineException e) {
            String line = e.getProblemMark().map(ConfigFile::line).orElse("");
            String what = e.getProblem() == null ? "the YAML ends too early" : e.getProblem();
            throw refused(name + line, "This is not YAML: " + what.replaceAll("\\s+", " ") + ".", "Correct this line.");
        } catch (YamlEngineException e) {
            throw refused(name, "This is not YAML that can be read here.", "Write a map of settings.");
        }
    }

    private void flatten(String prefix, Node node) {
        if (node.getAnchor().isPresent()) {
            problem(node, prefix, "Anchors and aliases have no meaning here.", "Write the value out.");
        } else if (node instanceof MappingNode map) {
            map.getValue().forEach(pair -> below(prefix, pair));
        } else if (prefix.isEmpty()) {
            problem(node, "", "A map of settings is wanted.", "Write lines such as: listen: 127.0.0.1:8080");
        } else if (node instanceof SequenceNode list) {
            list(prefix, list);
        } else if (node instanceof ScalarNode scalar) {
            entries.add(SettingEntry.of(prefix, scalar.getValue(), where(node)));
        }
    }

    private void below(String prefix, NodeTuple pair) {
        if (!(pair.getKeyNode() instanceof ScalarNode key) || key.getValue().isBlank()) {
            problem(pair.getKeyNode(), prefix, "A key is a word.", "Write key: value.");
            return;
        }
        String path = prefix.isEmpty() ? key.getValue() : prefix + "." + key.getValue();
        Node value = pair.getValueNode();
        if (value instanceof MappingNode map && map.getValue().isEmpty()) {
            return;
        }
        if (value instanceof ScalarNode scalar && value.getAnchor().isEmpty()) {
            entries.add(SettingEntry.of(path, scalar.getValue(), where(key)));
        } else {
            flatten(path, value);
        }
    }

    private void list(String key, SequenceNode list) {
        List<SettingEntry.Value> values = new ArrayList<>();
        for (Node element : list.getValue()) {
            if (element instanceof ScalarNode scalar && element.getAnchor().isEmpty()) {
                values.add(new SettingEntry.Value(scalar.getValue(), where(element)));
            } else {
                problem(
                        element,
                        key,
                        "A list here holds words, not lists or maps.",
                        "Write one value after each dash.");
            }
        }
        entries.add(new SettingEntry(key, where(list), values, true));
    }

    private static boolean isEmpty(Node node) {
        return node instanceof ScalarNode scalar && scalar.getValue().isEmpty();
    }

    private void problem(Node node, String key, String reason, String wayOut) {
        problems.add(new SettingProblem(where(node), key, reason, wayOut));
    }

    private String where(Node node) {
        return name + node.getStartMark().map(ConfigFile::line).orElse("");
    }

    /** Marks count from zero, people from one. */
    private static String line(Mark mark) {
        return ":" + (mark.getLine() + 1);
    }
}
