package dev.coatcheck.bench;

import dev.coatcheck.json.JsonDocument;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The figures of a run, as a table for a terminal and as JSON. */
final class RunReport {
    private static final String ROW = "%-38s %9s %8s %8s  %-19s %-19s %s%n";

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
        text.append(
                "Ratios are of requests a second in the same round: median (quartiles). Server and store µs: CPU time"
                        + " of that process for one request.");
        return text.append(System.lineSeparator()).toString();
    }

    private static String table(String java, Operation operation, Figures figures) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                ROW,
                "Java " + java + ", authenticated " + operation.word() + "s",
                operation.word() + "s/s",
                "server",
                "store µs",
                "of the bare server",
                "of the bare call",
                "goal"));
        for (Variant variant : figures.variants()) {
            text.append(String.format(
                    ROW,
                    "  " + variant.title(operation),
                    String.format(
                            Locale.ROOT,
                            "%,.0f",
                            figures.spread(variant, operation, Measured::perSecond)
                                    .median()),
                    micros(figures.spread(variant, operation, Measured::server)),
                    micros(figures.spread(variant, operation, Measured::store)),
                    variant.equals(Variant.BARE) ? "" : ratio(figures.ratio(variant, Variant.BARE, operation)),
                    variant.hasSessions() ? ratio(figures.ratio(variant, variant.bareCall(), operation)) : "",
                    Goal.of(variant, operation)
                            .map(goal -> verdict(goal, figures.ratio(variant, goal.of(), operation)))
                            .orElse("")));
        }
        return text.toString();
    }

    private static String micros(Spread spread) {
        return spread.median() == 0 ? "-" : String.format(Locale.ROOT, "%.1f", spread.median());
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
        members.put("warmUpSeconds", settings.warmUp().toMillis() / 1e3);
        List<Object> results = new ArrayList<>();
        byJava.forEach((java, figures) -> {
            for (Operation operation : Operation.values()) {
                figures.variants().forEach(variant -> results.add(result(java, operation, variant, figures)));
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
        members.put(
                "perSecond",
                figures.spread(variant, operation, Measured::perSecond).members());
        members.put(
                "serverCpuMicros",
                figures.spread(variant, operation, Measured::server).members());
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
