package dev.coatcheck.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/**
 * Replays what a real Firefox and a real WebKitGTK did in the scenarios of the browser matrix, as far as a server and a page's script can
 * see it. The recordings are made by {@code browser/measure/others.mjs}; no browser is needed here. Another recording is replayed by
 * {@code -Dcoatcheck.firefox=FILE} or {@code -Dcoatcheck.webkit=FILE}.
 */
class OtherBrowsersTest {
    private static final List<String> SCENARIOS =
            List.of("/browser-matrix/matrix.json", "/browser-matrix/variants/matrix.json");

    @ParameterizedTest
    @CsvSource({"FIREFOX, firefox, 260", "SAFARI, webkit, 200"})
    void theModelAgreesWithWhatWasMeasured(Profile profile, String name, int atLeast) {
        JsonNode recording = Optional.ofNullable(System.getProperty("coatcheck." + name))
                .map(file -> Corpus.read(Corpus.fromRoot(Path.of(file))))
                .orElseGet(() -> Corpus.resource("/browser-matrix/" + name + ".json"));
        Map<String, JsonNode> scenarios = scenarios();
        Map<String, String> known = knownDifferences(name);
        Set<String> agreed = new TreeSet<>();
        Set<String> differentAsKnown = new TreeSet<>();
        Map<String, String> disagreed = new TreeMap<>();
        for (JsonNode played : recording.path("scenarios")) {
            String id = played.path("id").asString("");
            List<String> differences = new Scenario(scenarios.get(id), played.path("observed"), profile).play();
            if (differences.isEmpty()) {
                agreed.add(id);
            } else if (known.containsKey(id)) {
                differentAsKnown.add(id);
            } else {
                disagreed.put(id, String.join("\n  ", differences));
            }
        }
        disagreed.forEach((id, differences) -> System.out.println(id + "\n  " + differences));
        System.out.println(recording.path("browser").asString("") + ", measured "
                + recording.path("date").asString("") + ": " + agreed.size() + " agreed, " + disagreed.size()
                + " disagreed (" + differentAsKnown.size()
                + " more differ as known-differences.json says; the model follows Chromium there)");
        assertThat(agreed).hasSizeGreaterThanOrEqualTo(atLeast);
        assertThat(disagreed).isEmpty();
        assertThat(differentAsKnown).as("what is known to differ still does").isEqualTo(new TreeSet<>(known.keySet()));
    }

    private static Map<String, JsonNode> scenarios() {
        Map<String, JsonNode> scenarios = new HashMap<>();
        SCENARIOS.forEach(file -> Corpus.resource(file)
                .forEach(one -> scenarios.put(one.path("id").asString(""), one)));
        return scenarios;
    }

    private static Map<String, String> knownDifferences(String browser) {
        Map<String, String> known = new HashMap<>();
        for (JsonNode group : Corpus.resource("/browser-matrix/known-differences.json")) {
            if (group.path("browser").asString("").equals(browser)) {
                group.path("scenarios")
                        .forEach(id ->
                                known.put(id.asString(""), group.path("why").asString("")));
            }
        }
        return known;
    }
}
