package dev.coatcheck.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The cures, one file for each stack: a heading names the codes, sentences follow, and a fenced block holds the lines to write, with the
 * place they belong to behind the fence. What a stack has no section for is healed in the terms of headers.
 */
final class Cures {
    private record Section(String says, Optional<String> place, List<String> lines) {}

    private static final Map<Stack, Map<FindingCode, Map<Boolean, Section>>> ALL = readAll();

    private Cures() {}

    static Cure of(FindingCode code, Stack stack, boolean sameSite, Map<String, String> words) {
        Optional<Section> own = find(code, stack, sameSite);
        Section section = own.or(() -> find(code, Stack.UNKNOWN, sameSite))
                .orElseThrow(() -> new IllegalStateException("No cure is written for " + code.id()));
        return new Cure(
                own.isPresent() ? stack : Stack.UNKNOWN,
                fill(section.says(), words),
                section.place(),
                section.lines().stream().map(line -> fill(line, words)).toList());
    }

    /** A section for all sites stands under both variants. */
    private static Optional<Section> find(FindingCode code, Stack stack, boolean sameSite) {
        return Optional.ofNullable(ALL.getOrDefault(stack, Map.of()).get(code))
                .flatMap(variants -> Optional.ofNullable(variants.get(sameSite)));
    }

    /** Whether a stack has a cure of its own. */
    static boolean hasOwn(FindingCode code, Stack stack, boolean sameSite) {
        return find(code, stack, sameSite).isPresent();
    }

    private static String fill(String text, Map<String, String> words) {
        String filled = text;
        for (Map.Entry<String, String> word : words.entrySet()) {
            filled = filled.replace("{" + word.getKey() + "}", word.getValue());
        }
        return filled;
    }

    private static Map<Stack, Map<FindingCode, Map<Boolean, Section>>> readAll() {
        Map<Stack, Map<FindingCode, Map<Boolean, Section>>> all = new EnumMap<>(Stack.class);
        for (Stack stack : Stack.values()) {
            all.put(stack, read("cures/" + stack.id() + ".md"));
        }
        return all;
    }

    private static Map<FindingCode, Map<Boolean, Section>> read(String resource) {
        try (InputStream in = Cures.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("The program is incomplete: " + resource + " is missing");
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), resource);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<FindingCode, Map<Boolean, Section>> parse(String text, String resource) {
        Map<FindingCode, Map<Boolean, Section>> sections = new EnumMap<>(FindingCode.class);
        for (String part : text.split("(?m)^## ", -1)) {
            if (part.startsWith("#") || part.isBlank()) {
                continue;
            }
            int end = part.indexOf('\n');
            String[] heading = part.substring(0, end).split("\\|", -1);
            Section section = section(part.substring(end + 1));
            for (String id : heading[0].split(",", -1)) {
                FindingCode code = FindingCode.of(id.strip())
                        .orElseThrow(() -> new IllegalStateException(resource + ": no such code: " + id.strip()));
                for (boolean sameSite : variants(heading)) {
                    if (sections.computeIfAbsent(code, c -> new HashMap<>()).put(sameSite, section) != null) {
                        throw new IllegalStateException(resource + ": " + code.id() + " stands twice");
                    }
                }
            }
        }
        return sections;
    }

    private static List<Boolean> variants(String[] heading) {
        if (heading.length == 1) {
            return List.of(true, false);
        }
        return List.of(heading[1].strip().equals("same-site"));
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
