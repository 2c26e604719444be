package dev.coatcheck.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The cures, one file for each stack: a heading names the codes, sentences follow, and a fenced block holds the lines to write, with the
 * place they belong to behind the fence. What a stack has no section for is healed in the terms of headers.
 */
final class Cures {
    private record Section(String says, Optional<String> place, List<String> lines) {}

    private static final Map<Stack, Map<FindingCode, Section>> ALL = readAll();

    private Cures() {}

    static Cure of(FindingCode code, Stack stack, Map<String, String> words) {
        Optional<Section> own = Optional.ofNullable(ALL.getOrDefault(stack, Map.of()).get(code));
        Section section = own.or(() -> Optional.ofNullable(ALL.getOrDefault(Stack.UNKNOWN, Map.of()).get(code)))
                .orElseThrow(() -> new IllegalStateException("No cure is written for " + code.id()));
        return new Cure(
                own.isPresent() ? stack : Stack.UNKNOWN,
                fill(section.says(), words),
                section.place(),
                section.lines().stream().map(line -> fill(line, words)).toList());
    }

    /** The codes that a stack has a cure of its own for. */
    static java.util.Set<FindingCode> codes(Stack stack) {
        return ALL.getOrDefault(stack, Map.of()).keySet();
    }

    private static String fill(String text, Map<String, String> words) {
        String filled = text;
        for (Map.Entry<String, String> word : words.entrySet()) {
            filled = filled.replace("{" + word.getKey() + "}", word.getValue());
        }
        return filled;
    }

    private static Map<Stack, Map<FindingCode, Section>> readAll() {
        Map<Stack, Map<FindingCode, Section>> all = new EnumMap<>(Stack.class);
        for (Stack stack : Stack.values()) {
            all.put(stack, read("cures/" + stack.id() + ".md"));
        }
        return all;
    }

    private static Map<FindingCode, Section> read(String resource) {
        try (InputStream in = Cures.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("The program is incomplete: " + resource + " is missing");
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), resource);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<FindingCode, Section> parse(String text, String resource) {
        Map<FindingCode, Section> sections = new EnumMap<>(FindingCode.class);
        for (String part : text.split("(?m)^## ", -1)) {
            if (part.startsWith("#") || part.isBlank()) {
                continue;
            }
            int end = part.indexOf('\n');
            Section section = section(part.substring(end + 1));
            for (String id : part.substring(0, end).split(",", -1)) {
                FindingCode code = FindingCode.of(id.strip())
                        .orElseThrow(() -> new IllegalStateException(resource + ": no such code: " + id.strip()));
                if (sections.put(code, section) != null) {
                    throw new IllegalStateException(resource + ": " + code.id() + " stands twice");
                }
            }
        }
        return sections;
    }

    private static Section section(String text) {
        List<String> prose = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        Optional<String> place = Optional.empty();
        boolean fenced = false;
        for (String line : text.split("\n", -1)) {
            if (line.startsWith("```")) {
                fenced = !fenced;
                place = fenced ? Optional.of(line.substring(3).strip()) : place;
            } else if (fenced) {
                lines.add(line);
            } else if (!line.isBlank()) {
                prose.add(line.strip());
            }
        }
        return new Section(String.join(" ", prose), place, lines);
    }
}
