package dev.coatcheck.doctor;

import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.file.Path;
import java.util.List;

/** Writes a {@link Report} for people: the story with a mark for each step, then the findings. */
final class TextReport {
    private static final String BOLD = "\u001B[1m";
    private static final String PLAIN = "\u001B[0m";
    private static final int WIDTH = 100;

    /** What the report is about: decides the sentence between story and findings. */
    enum Subject {
        SIGN_IN,
        HEADER
    }

    private final Subject subject;
    private final boolean styled;
    private final boolean unicode;
    private final StringBuilder out = new StringBuilder();

    private TextReport(Subject subject, boolean styled, boolean unicode) {
        this.subject = subject;
        this.styled = styled;
        this.unicode = unicode;
    }

    /** The text for a terminal or a file, in characters that its charset has. */
    static String of(Report report, Subject subject, boolean styled, Charset charset) {
        CharsetEncoder encoder = charset.newEncoder();
        return new TextReport(subject, styled, encoder.canEncode("✓✗→–…")).write(report);
    }

    /** The text about a configuration. */
    static String of(Path file, List<ConfigurationCheck.Complaint> complaints, boolean healthy) {
        TextReport text = new TextReport(Subject.SIGN_IN, false, true);
        for (ConfigurationCheck.Complaint complaint : complaints) {
            text.line(
                    (complaint.weight() == Weight.NOTE ? "note: " : "") + complaint.where() + ": " + complaint.says());
        }
        text.line(file + (healthy ? ": nothing has to change." : ": a server would not start with this."));
        return text.out.toString().stripTrailing();
    }

    private String write(Report report) {
        line(report.app() + " asks " + report.api() + ", in " + report.browser());
        if (subject == Subject.SIGN_IN) {
            line("The backend looks like: " + report.stack().title());
        }
        line("");
        boolean[] broken = {false};
        for (StoryLine step : report.story()) {
            boolean first = step.mark() == StoryLine.Mark.BROKEN && !broken[0];
            broken[0] |= first;
            String text = sign(step.mark()) + "  " + pad(step.step()) + "  " + step.request()
                    + (step.request().isEmpty() ? "" : "  ") + step.says();
            line("  " + (first ? bold(text) : text));
        }
        line("");
        summary(report);
        int number = 1;
        for (Finding finding : report.findings()) {
            line("");
            finding(number++, finding);
        }
        String text = out.toString();
        return unicode ? text : text.replace("→", "->").replace("–", "-").replace("…", "...");
    }

    private void summary(Report report) {
        if (subject == Subject.HEADER) {
            line(report.healthy() ? "The browser does what was meant." : "What to change:");
            return;
        }
        if (report.healthy()) {
            line(report.findings().isEmpty() ? "The sign-in holds." : "The sign-in holds. Worth knowing:");
        } else if (report.findings().get(0).weight() == Weight.BREAKS) {
            line("The sign-in does not hold. What breaks it first stands first.");
        } else {
            line("The sign-in holds, but:");
        }
    }

    private void finding(int number, Finding finding) {
        String headline =
                number + ". " + finding.code().title() + "  [" + finding.code().id() + "]";
        line(number == 1 ? bold(headline) : headline);
        if (subject == Subject.SIGN_IN) {
            field("at", finding.step() + ", " + finding.request());
        }
        field("what", finding.detail());
        field("why", finding.code().why());
        field("rule", finding.standard());
        finding.seen().ifPresent(seen -> field("seen", seen));
        finding.needed().ifPresent(needed -> field("needed", needed));
        cure(finding.cure());
    }

    private void cure(Cure cure) {
        field("change", (cure.stack() == Stack.UNKNOWN ? "" : cure.stack().title() + ": ") + cure.says());
        if (!cure.lines().isEmpty()) {
            cure.place().filter(place -> !place.isEmpty()).ifPresent(place -> line("           in " + place + ":"));
            for (String code : cure.lines()) {
                line("               " + code);
            }
        }
    }

    private void field(String name, String value) {
        List<String> rows = Wrapped.rows(value, WIDTH - 11);
        line("   " + (name + "        ").substring(0, 8) + rows.get(0));
        rows.stream().skip(1).forEach(row -> line("           " + row));
    }

    private String sign(StoryLine.Mark mark) {
        return switch (mark) {
            case FINE -> unicode ? "✓" : "ok";
            case BROKEN -> unicode ? "✗" : "XX";
            case DOUBTFUL -> unicode ? "!" : "! ";
            case SKIPPED -> unicode ? "–" : "- ";
        };
    }

    private static String pad(String step) {
        return step + " ".repeat(Math.max(0, 26 - step.length()));
    }

    private String bold(String text) {
        return styled ? BOLD + text + PLAIN : text;
    }

    /** Answers come from strangers: no control character of theirs reaches a terminal. */
    private void line(String text) {
        StringBuilder safe = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean ours = styled && c == 0x1B && (text.startsWith(BOLD, i) || text.startsWith(PLAIN, i));
            safe.append(Character.isISOControl(c) && !ours ? '?' : c);
        }
        out.append(safe.toString().stripTrailing()).append('\n');
    }

    private static final class Wrapped {
        static List<String> rows(String text, int width) {
            List<String> rows = new java.util.ArrayList<>();
            StringBuilder row = new StringBuilder();
            for (String word : text.split(" ", -1)) {
                if (!row.isEmpty() && row.length() + 1 + word.length() > width) {
                    rows.add(row.toString());
                    row.setLength(0);
                }
                row.append(row.isEmpty() ? "" : " ").append(word);
            }
            rows.add(row.toString());
            return rows;
        }
    }
}
