package dev.coatcheck.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
    private static final Comparison.Settings SHORT = new Comparison.Settings(
            List.of(StoreKind.MEMORY, StoreKind.SQLITE),
            20,
            4,
            2,
            Duration.ofMillis(800),
            new WarmUp(45, Duration.ofSeconds(20)),
            List.of());

    @Test
    void aRoundIsAskedInShortTurnsWhichAddUpToIt() {
        assertThat(SHORT.turns()).isEqualTo(2);
        assertThat(SHORT.turn().multipliedBy(SHORT.turns())).isEqualTo(Duration.ofMillis(800));
        assertThat(lasting(100).turns()).isOne();
        assertThat(lasting(100).turn()).isEqualTo(Duration.ofMillis(100));
        assertThat(new Measured(1, 2, 3, 4, 5, 6).plus(new Measured(10, 20, 30, 40, 50, 60)))
                .isEqualTo(new Measured(11, 22, 33, 44, 55, 66));
    }

    private static Comparison.Settings lasting(int millis) {
        return new Comparison.Settings(
                List.of(StoreKind.MEMORY), 20, 4, 2, Duration.ofMillis(millis), WarmUp.DEFAULT, List.of());
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
                        .hasSize(variant.does(operation) ? 2 : 0)
                        .allSatisfy(round -> {
                            assertThat(round.requests()).isPositive();
                            assertThat(round.seconds()).isBetween(0.7, 20.0);
                            assertThat(round.compiler()).isBetween(0.0, round.server());
                        });
                assertThat(figures.warmUp(variant, operation).requests())
                        .as(variant.word() + ", warm-up, " + operation)
                        .isEqualTo(45);
            }
        }
        assertThat(described).containsOnlyKeys(StoreKind.MEMORY, StoreKind.SQLITE);
        assertThat(children()).isSubsetOf(before);
        RunReport report = new RunReport(Map.of("at", "now"), SHORT);
        report.add("17", figures);
        assertThat(report.table())
                .contains("SQLite, one SELECT", "0.90 of the bare call", "0.85 of the bare call")
                .contains("SQLite, a SELECT and an UPDATE", "of the same two calls")
                .doesNotContain("ended by time");
        assertThat(report.json())
                .contains("\"variant\":\"sqlite-sessions\"", "\"each\":[{\"requests\":")
                .contains("\"operation\":\"write\",\"variant\":\"sqlite-two-calls\"", "\"ofTwoCalls\":")
                .doesNotContain("\"operation\":\"read\",\"variant\":\"sqlite-two-calls\"");
    }

    @Test
    void theTwoCallsOfAWriteAreNobodysGoal() {
        for (Variant variant : Variant.of(List.of(StoreKind.values()))) {
            for (Operation operation : Operation.values()) {
                assertThat(Goal.of(variant, operation).map(Goal::of).map(Variant::layer))
                        .isNotEqualTo(Optional.of(Variant.Layer.TWO_CALLS));
            }
        }
        assertThat(Variant.of(List.of(StoreKind.values())))
                .filteredOn(variant -> variant.asManyCalls(Operation.WRITE).isPresent())
                .extracting(Variant::word)
                .containsExactly("sqlite-sessions", "redis-sessions", "postgresql-sessions", "mariadb-sessions");
    }

    @Test
    void aServerThatFailsIsNamedWithWhatItSaidAndWhatTheMachineHadToDo() {
        Comparison.Settings bare = new Comparison.Settings(
                List.of(), 4, 2, 1, Duration.ofMillis(100), new WarmUp(4, Duration.ofSeconds(20)), List.of());
        PrintStream killing = new PrintStream(OutputStream.nullOutputStream()) {
            @Override
            public void print(String what) {
                if (what.endsWith("round 1 of 1, write, turn 1 of 1")) {
                    // The one that was started first.
                    ProcessHandle none = ProcessHandle.current()
                            .children()
                            .min(Comparator.comparing(
                                    process -> process.info().startInstant().orElseThrow()))
                            .orElseThrow();
                    none.destroyForcibly();
                    none.onExit().join();
                }
            }
        };

        assertThatThrownBy(() -> new Comparison(bare, new Progress(killing, true))
                        .on(Jdk.running(), new EnumMap<>(StoreKind.class)))
                .isInstanceOf(WrongAnswerException.class)
                .hasMessageContaining("none, round 1 of 1, write: the server on port")
                .hasMessageContaining("processors, a load average of")
                .hasMessageContaining("none.log ends with:");
    }

    @Test
    void ofALogOnlyTheEndIsTold(@TempDir Path folder) throws IOException {
        Path log = Files.writeString(folder.resolve("redis.log"), "one\n" + "more\n".repeat(9) + "the last\n");

        assertThat(Folder.endOf(log))
                .contains("redis.log ends with:", "more", "the last")
                .doesNotContain("one");
        assertThat(Folder.endOf(folder.resolve("none"))).contains("NoSuchFileException");
    }

    @Test
    void aWarmUpThatEndedByTimeIsNamed() {
        Figures figures = new Figures(List.of(Variant.BARE));
        for (Operation operation : Operation.values()) {
            figures.add(Variant.BARE, operation, new Measured(10, 1, 400, 100, 0, 50));
            figures.warmedUp(Variant.BARE, operation, new WarmUp.Done(45, Duration.ofSeconds(1)));
        }
        figures.warmedUp(Variant.BARE, Operation.WRITE, new WarmUp.Done(44, Duration.ofSeconds(20)));
        RunReport report = new RunReport(Map.of(), SHORT);
        report.add("17", figures);

        assertThat(report.table())
                .contains("the warm-up of bare server ended by time, after 44 of 45 writes.", " 25% ")
                .doesNotContain("of 45 reads");
        assertThat(report.json()).contains("\"warmedUpBy\":44", "\"warmUpRequests\":45");
    }

    @Test
    void whatCantBeMeasuredIsRefusedWithAHint() {
        assertThat(Main.run(new PrintWriter(Writer.nullWriter()), "run", "--stores", "papyrus"))
                .isEqualTo(Main.USAGE);
        assertThat(Main.run(new PrintWriter(Writer.nullWriter()), "run", "--warm-up-requests", "-1"))
                .isEqualTo(Main.USAGE);
        assertThat(Main.run(new PrintWriter(Writer.nullWriter()), "run", "--warm-up-at-most", "0"))
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
