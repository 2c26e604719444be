package dev.coatcheck.stores.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What two people who each add a migration must see before a database does. */
class MigrationsTest {
    private static final Path FOLDER = Path.of("src/main/resources/db/migration");
    private static final Pattern NAME = Pattern.compile("V([1-9]\\d*)__([a-z0-9_]+)\\.sql");

    @Test
    void aVersionIsOneChangeWhateverTheDatabase() throws IOException {
        Map<String, List<String>> dialects = new TreeMap<>();
        try (Stream<Path> folders = Files.list(FOLDER)) {
            for (Path folder : folders.toList()) {
                try (Stream<Path> files = Files.list(folder)) {
                    dialects.put(
                            folder.getFileName().toString(),
                            files.map(file -> file.getFileName().toString()).toList());
                }
            }
        }
        assertThat(dialects).containsKeys("coatcheck-mariadb", "coatcheck-postgresql", "coatcheck-sqlite");
        assertThat(problems(dialects)).isEmpty();
    }

    @Test
    void twoOfOneVersionAndNamesThatFlywayWouldPassOverAreProblems() {
        assertThat(problems(Map.of("a", List.of("V1__one.sql", "V1__other.sql"))))
                .hasSize(1);
        assertThat(problems(Map.of("a", List.of("V1__one.sql"), "b", List.of("V1__other.sql"))))
                .hasSize(1);
        assertThat(problems(Map.of("a", List.of("V2_one.sql", "v3__x.sql", "V4__y.SQL", "V05__z.sql"))))
                .hasSize(4);
        assertThat(problems(Map.of("a", List.of("V1__one.sql", "V2__two.sql"), "b", List.of("V2__two.sql"))))
                .isEmpty();
    }

    /** A database may go without a version; none may have another change of that number. */
    private static List<String> problems(Map<String, List<String>> dialects) {
        List<String> problems = new ArrayList<>();
        Map<Integer, String> changes = new TreeMap<>();
        new TreeMap<>(dialects).forEach((dialect, files) -> {
            for (String file : files.stream().sorted().toList()) {
                Matcher name = NAME.matcher(file);
                if (!name.matches()) {
                    problems.add(dialect + "/" + file + ": call it V, its number, __ and what it does, .sql");
                    continue;
                }
                String change = changes.merge(Integer.valueOf(name.group(1)), name.group(2), (first, other) -> first);
                if (!change.equals(name.group(2))) {
                    problems.add(dialect + "/" + file + ": version " + name.group(1) + " is " + change
                            + " already; take the next number that is free in all of them");
                }
            }
        });
        return problems;
    }
}
