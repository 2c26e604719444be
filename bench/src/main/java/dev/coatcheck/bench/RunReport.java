package dev.coatcheck.bench;

import dev.coatcheck.json.JsonDocument;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The figures of a run, as a table for a terminal and as JSON. */
final class RunReport {
    private static final String LEGEND = """
            Ratios are of requests a second in the same round: median (quartiles). Server and store µs: CPU time of that process
            for one request; JIT: how much of the server's was the Java compiler's.
            """;

    private final Map<String, Object> about;
    private final Comparison.Settings settings;
    private final Map<String, Figures> byJava = new LinkedHashMap<>();

    RunReport(Map<String, Object> about, Comparison.Settings settings) {
        this.about = about;
        this.settings = settings;
    }

    void add(String java, Figures figures) {
        byJava.put(java, figures);
    }

    /** A table for each JDK and operation. */
    String table() {
        StringBuilder text = new StringBuilder();
        byJava.forEach((java, figures) -> {
            for (Operation operation : Operation.values()) {
                text.append(table(java, operation, figures)).append(System.lineSeparator());
            }
        });
        text.append(LEGEND);
        byJava.forEach((java, figures) -> text.append(cutShort(java, figures)));
        return text.toString();
    }

    private String cutShort(String java, Figures figures) {
        StringBuilder text = new StringBuilder();
        for (Operation operation : Operation.values()) {
            for (Variant variant : figures.variants(operation)) {
                long requests = figures.warmUp(variant, operation).requests();
                if (requests < settings.warmUp().requests()) {
                    text.append(String.format(
                            Locale.ROOT,
                            "Java %s: the warm-up of %s ended by time, after %,d of %,d %ss.%n",
                            java,
                            variant.title(operation),
                            requests,
                            settings.warmUp().requests(),
                            operation.word()));
                }
            }
        }
        return text.toString();
    }

    /** What stands in a column of a table: its title, its width (to the left if negative), and a cell for each variant. */
    private record Column(String title, int width, Function<Variant, String> cell) {
        String padded(String text) {
            return String.format("%" + width + "s", text);
        }
    }

    private static String table(String java, Operation operation, Figures figures) {
        List<Column> columns =
                columns("Java " + java + ", authenticated " + operation.word() + "s", operation, figures);
        StringBuilder text = new StringBuilder(
                columns.stream().map(column -> column.padded(column.title())).collect(Collectors.joining(" ")));
        for (Variant variant : figures.variants(operation)) {
            text.append(System.lineSeparator())
                    .append(columns.stream()
                            .map(column -> column.padded(column.cell().apply(variant)))
                            .collect(Collectors.joining(" "))
                            .stripTrailing());
        }
        return text.append(System.lineSeparator()).toString();
    }

    private static List<Column> columns(String title, Operation operation, Figures figures) {
        List<Column> columns = new ArrayList<>(List.of(
                new Column(title, -38, variant -> "  " + variant.title(operation)),
                new Column(
                        operation.word() + "s/s",
                        9,
                        variant -> String.format(
                                Locale.ROOT,
                                "%,.0f",
                                figures.spread(variant, operation, Measured::perSecond)
                                        .median())),
                new Column("server", 8, variant -> micros(figures.spread(variant, operation, Measured::server))),
                new Column("JIT", 5, variant -> part(figures.spread(variant, operation, Measured::compiling))),
                new Column("store µs", 8, variant -> micros(figures.spread(variant, operation, Measured::store))),
                new Column(
                        " of the bare server",
                        -20,
                        variant -> variant.equals(Variant.BARE)
                                ? ""
                                : " " + ratio(figures.ratio(variant, Variant.BARE, operation))),
                new Column(
                        "of the bare call",
                        -19,
                        variant -> variant.hasSessions()
                                ? ratio(figures.ratio(variant, variant.bareCall(), operation))
                                : "")));
        if (operation == Operation.WRITE) {
            columns.add(new Column(
                    "of the same two calls",
                    -21,
                    variant -> variant.asManyCalls(operation)
                            .map(calls -> ratio(figures.ratio(variant, calls, operation)))
                            .orElse("")));
        }
        columns.add(new Column(
                "goal",
                -1,
                variant -> Goal.of(variant, operation)
                        .map(goal -> verdict(goal, figures.ratio(variant, goal.of(), operation)))
                        .orElse("")));
        return columns;
    }

    private static String micros(Spread spread) {
        return spread.median() == 0 ? "-" : String.format(Locale.ROOT, "%.1f", spread.median());
    }

    private static String part(Spread spread) {
        return spread.most() == 0 ? "-" : String.format(Locale.ROOT, "%.0f%%", 100 * spread.median());
    }

    private static String ratio(Spread spread) {
        return String.format(Locale.ROOT, "%.2f (%.2f-%.2f)", spread.median(), spread.low(), spread.high());
    }

    private static String verdict(Goal goal, Spread ratio) {
        return String.format(
                Locale.ROOT,
                "%.2f of the bare %s: %s",
                goal.least(),
                goal.of().equals(Variant.BARE) ? "server" : "call",
                ratio.median() >= goal.least() ? "reached" : "NOT reached");
    }

    /** Everything, every round of it. */
    String json() {
        Map<String, Object> members = new LinkedHashMap<>(about);
        members.put("sessions", settings.sessions());
        members.put("connections", settings.connections());
        members.put("rounds", settings.rounds());
        members.put("seconds", settings.length().toMillis() / 1e3);
        members.put("warmUpRequests", settings.warmUp().requests());
        members.put("warmUpSecondsAtMost", settings.warmUp().atMost().toMillis() / 1e3);
        List<Object> results = new ArrayList<>();
        byJava.forEach((java, figures) -> {
            for (Operation operation : Operation.values()) {
                figures.variants(operation).forEach(variant -> results.add(result(java, operation, variant, figures)));
            }
        });
        members.put("results", results);
        return JsonDocument.text(members);
    }

    private static Map<String, Object> result(String java, Operation operation, Variant variant, Figures figures) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("java", java);
        members.put("operation", operation.word());
        members.put("variant", variant.word());
        members.put("title", variant.title(operation));
        members.put("warmedUpBy", figures.warmUp(variant, operation).requests());
        members.put(
                "perSecond",
                figures.spread(variant, operation, Measured::perSecond).members());
        members.put(
                "serverCpuMicros",
                figures.spread(variant, operation, Measured::server).members());
        members.put(
                "compilerPart",
                figures.spread(variant, operation, Measured::compiling).members());
        members.put(
                "storeCpuMicros",
                figures.spread(variant, operation, Measured::store).members());
        members.put(
                "loadCpuMicros",
                figures.spread(variant, operation, Measured::load).members());
        if (!variant.equals(Variant.BARE)) {
            members.put(
                    "ofBareServer",
                    figures.ratio(variant, Variant.BARE, operation).members());
        }
        if (variant.hasSessions()) {
            members.put(
                    "ofBareCall",
                    figures.ratio(variant, variant.bareCall(), operation).members());
        }
        variant.asManyCalls(operation)
                .ifPresent(calls -> members.put(
                        "ofTwoCalls", figures.ratio(variant, calls, operation).members()));
        Optional<Goal> goal = Goal.of(variant, operation);
        goal.ifPresent(known -> {
            members.put("goal", known.least());
            members.put("goalOf", known.of().word());
            members.put("reached", figures.ratio(variant, known.of(), operation).median() >= known.least());
        });
        members.put(
                "each",
                figures.rounds(variant, operation).stream()
                        .map(Measured::members)
                        .toList());
        return members;
    }
}
