package dev.coatcheck.doctor;

import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes a {@link Report} for programs; names and codes are stable. */
final class JsonReport {
    private JsonReport() {}

    static String of(Report report) {
        return Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(tree(report));
    }

    static String inOneLine(Report report) {
        return Json.mapper().writeValueAsString(tree(report));
    }

    private static ObjectNode tree(Report report) {
        ObjectNode root = Json.mapper().createObjectNode();
        root.put("app", report.app());
        root.put("api", report.api());
        root.put("browser", report.browser());
        root.put("stack", report.stack().id());
        root.put("healthy", report.healthy());
        ArrayNode story = root.putArray("story");
        for (StoryLine line : report.story()) {
            story.addObject()
                    .put("mark", line.mark().name().toLowerCase(Locale.ROOT))
                    .put("step", line.step())
                    .put("request", line.request())
                    .put("says", line.says());
        }
        ArrayNode findings = root.putArray("findings");
        report.findings().forEach(finding -> write(finding, findings.addObject()));
        return root;
    }

    static String of(List<ConfigurationCheck.Complaint> complaints, boolean healthy) {
        ObjectNode root = Json.mapper().createObjectNode();
        root.put("healthy", healthy);
        ArrayNode list = root.putArray("complaints");
        for (ConfigurationCheck.Complaint complaint : complaints) {
            list.addObject()
                    .put("weight", complaint.weight().name().toLowerCase(Locale.ROOT))
                    .put("where", complaint.where())
                    .put("says", complaint.says());
        }
        return Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(root);
    }

    private static void write(Finding finding, ObjectNode node) {
        node.put("code", finding.code().id());
        node.put("weight", finding.weight().name().toLowerCase(Locale.ROOT));
        node.put("title", finding.code().title());
        node.put("why", finding.code().why());
        node.put("step", finding.step());
        node.put("request", finding.request());
        node.put("detail", finding.detail());
        node.put("standard", finding.standard());
        finding.seen().ifPresent(seen -> node.put("seen", seen));
        finding.needed().ifPresent(needed -> node.put("needed", needed));
        ObjectNode cure = node.putObject("cure");
        cure.put("stack", finding.cure().stack().id());
        cure.put("says", finding.cure().says());
        finding.cure().place().ifPresent(place -> cure.put("place", place));
        ArrayNode lines = cure.putArray("lines");
        finding.cure().lines().forEach(lines::add);
    }
}
