package dev.coatcheck.examples.filestore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The guide shows what is here: each block of Java in it stands, but for its indentation, in the file it names. */
class GuideTest {
    private static final Path ROOT = Path.of(System.getProperty("coatcheck.root", "../.."));
    private static final Path GUIDE = ROOT.resolve("docs/guide-write-a-store.md");
    private static final Path HERE = ROOT.resolve("examples/file-store/src");
    private static final Pattern BLOCK = Pattern.compile("(?:<!-- (\\S+) -->\n)?```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void everyBlockOfJavaStandsInItsFile() throws IOException {
        Matcher blocks = BLOCK.matcher(Files.readString(GUIDE));
        int seen = 0;
        while (blocks.find()) {
            assertThat(blocks.group(1)).as("the file of%n%s", blocks.group(2)).isNotNull();
            assertThat(flat(Files.readString(file(blocks.group(1)))))
                    .as(blocks.group(1))
                    .contains(flat(blocks.group(2)));
            seen++;
        }
        assertThat(seen).isGreaterThan(5);
    }

    private static Path file(String name) throws IOException {
        try (var files = Files.walk(HERE)) {
            List<Path> found = files.filter(file -> file.endsWith(name)).toList();
            assertThat(found).as(name).hasSize(1);
            return found.get(0);
        }
    }

    private static String flat(String code) {
        return Arrays.stream(code.split("\n", -1))
                .map(String::strip)
                .collect(Collectors.joining("\n", "", "\n"))
                .strip();
    }
}
