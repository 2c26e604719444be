package dev.coatcheck.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static final Comparison.Settings SHORT = new Comparison.Settings(
            List.of(StoreKind.MEMORY, StoreKind.SQLITE),
            20,
            4,
            2,
            Duration.ofMillis(800),
            Duration.ofMillis(100),
            List.of());

    @Test
    void aRoundIsAskedInShortTurnsWhichAddUpToIt() {
        assertThat(SHORT.turns()).isEqualTo(2);
        assertThat(SHORT.turn().multipliedBy(SHORT.turns())).isEqualTo(Duration.ofMillis(800));
        assertThat(lasting(100).turns()).isOne();
        assertThat(lasting(100).turn()).isEqualTo(Duration.ofMillis(100));
        assertThat(new Measured(1, 2, 3, 4, 5).plus(new Measured(10, 20, 30, 40, 50)))
                .isEqualTo(new Measured(11, 22, 33, 44, 55));
    }

    private static Comparison.Settings lasting(int millis) {
        return new Comparison.Settings(
                List.of(StoreKind.MEMORY), 20, 4, 2, Duration.ofMillis(millis), Duration.ZERO, List.of());
    }

    @Test
    void everyVariantIsMeasuredInEveryRoundAndItsServersEnd() {
        List<Long> before = children();
        Map<StoreKind, String> described = new EnumMap<>(StoreKind.class);

        Figures figures = new Comparison(SHORT, new Progress(System.err, false)).on(Jdk.running(), described);

        assertThat(figures.variants()).containsExactlyElementsOf(SHORT.variants());
        for (Variant variant : SHORT.variants()) {
            for (Operation operation : Operation.values()) {
                assertThat(figures.rounds(variant, operation))
                        .as(variant.word() + " " + operation)
                        .hasSize(2)
                        .allSatisfy(round -> {
                            assertThat(round.requests()).isPositive();
                            assertThat(round.seconds()).isBetween(0.7, 20.0);
                        });
            }
        }
        assertThat(described).containsOnlyKeys(StoreKind.MEMORY, StoreKind.SQLITE);
        assertThat(children()).isSubsetOf(before);
        RunReport report = new RunReport(Map.of("at", "now"), SHORT);
        report.add("17", figures);
        assertThat(report.table()).contains("SQLite, one SELECT", "0.90 of the bare call", "0.85 of the bare call");
        assertThat(report.json()).contains("\"variant\":\"sqlite-sessions\"", "\"each\":[{\"requests\":");
    }

    @Test
    void aStoreThatIsNotNamedIsRefusedWithAHint() {
        assertThat(Main.run(new PrintWriter(Writer.nullWriter()), "run", "--stores", "papyrus"))
                .isEqualTo(Main.USAGE);
        assertThatThrownBy(() -> Jdk.at(Path.of("/nowhere")))
                .isInstanceOf(CannotMeasureException.class)
                .hasMessageContaining("/nowhere");
    }

    private static List<Long> children() {
        return ProcessHandle.current()
                .descendants()
                .filter(ProcessHandle::isAlive)
                .map(ProcessHandle::pid)
                .toList();
    }
}
