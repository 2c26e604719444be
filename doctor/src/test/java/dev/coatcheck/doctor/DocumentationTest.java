package dev.coatcheck.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of all findings in {@code docs/doctor.md} is what the program knows. */
class DocumentationTest {
    private static final String HEAD = "| code | weight | what | why | standard |\n| --- | --- | --- | --- | --- |\n";

    @Test
    void theTableOfFindingsIsComplete() throws IOException {
        String table = HEAD
                + Stream.of(FindingCode.values()).map(DocumentationTest::row).collect(Collectors.joining());
        Path page = Path.of(System.getProperty("coatcheck.root", ".."), "docs", "doctor.md");
        assertThat(Files.readString(page)).as("the table should be:\n" + table).contains(table);
    }

    private static String row(FindingCode code) {
        return "| `" + code.id() + "` | " + code.weight().name().toLowerCase(Locale.ROOT) + " | " + code.title() + " | "
                + code.why() + " | " + code.standard() + " |\n";
    }
}
