package dev.coatcheck.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Replays what a real Chromium did and compares everything observed. Another folder with a {@code matrix.json} is replayed by
 * {@code -Dcoatcheck.matrix=DIR}; relative folders are seen from the root of the repository.
 */
class BrowserMatrixTest {
    @Test
    void agreesWithARealBrowserInEveryScenario() {
        Optional<Path> folder = Corpus.folder("coatcheck.matrix");
        replay(
                "browser matrix",
                folder.map(dir -> Corpus.read(dir.resolve("matrix.json")))
                        .orElseGet(() -> Corpus.resource("/browser-matrix/matrix.json")));
    }

    @Test
    void agreesInTheVariantsThatWereMeasuredForIt() {
        replay("measured variants", Corpus.resource("/browser-matrix/variants/matrix.json"));
    }

    private static void replay(String name, JsonNode scenarios) {
        int agreed = 0;
        int cut = 0;
        List<String> disagreements = new ArrayList<>();
        for (JsonNode scenario : scenarios) {
            if (Scenario.isCut(scenario)) {
                cut++;
                continue;
            }
            List<String> differences = new Scenario(scenario).play();
            if (differences.isEmpty()) {
                agreed++;
            } else {
                disagreements.add(scenario.path("id").asString("") + "\n  " + String.join("\n  ", differences));
            }
        }
        report(name, agreed, disagreements, cut);
        assertThat(agreed + disagreements.size() + cut)
                .isEqualTo(scenarios.size())
                .isPositive();
        assertThat(disagreements).isEmpty();
    }

    private static void report(String name, int agreed, List<String> disagreements, int cut) {
        disagreements.forEach(System.out::println);
        System.out.println(name + ": " + agreed + " agreed, " + disagreements.size() + " disagreed"
                + (cut == 0 ? "" : " (" + cut + " more hold headers that were cut off when they were recorded)"));
    }
}
