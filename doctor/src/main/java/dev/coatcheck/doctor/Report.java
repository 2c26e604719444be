package dev.coatcheck.doctor;

import java.util.List;
import java.util.Optional;

/**
 * What an examination came to. Holds no secrets, unless they were asked for.
 *
 * @param app the page's origin
 * @param api the API's URL
 * @param browser the browser that was modelled, as a name for people
 * @param stack what the backend seems to be built with
 * @param story the steps in order
 * @param findings what is wrong, the first broken link first
 */
public record Report(
        String app, String api, String browser, Stack stack, List<StoryLine> story, List<Finding> findings) {
    /** Copies the lists. */
    public Report {
        story = List.copyOf(story);
        findings = List.copyOf(findings);
    }

    /** The first broken link or, when the sign-in holds, the heaviest finding; empty when there are none but notes. */
    public Optional<Finding> first() {
        return findings.stream()
                .filter(finding -> finding.weight() != Weight.NOTE)
                .findFirst();
    }

    /** Whether nothing was found that needs a change; notes don't count. */
    public boolean healthy() {
        return first().isEmpty();
    }

    /** The same as JSON in one line; names and codes are stable. */
    public String toJson() {
        return JsonReport.inOneLine(this);
    }

    /** 0 when healthy, 1 otherwise. */
    public int exitCode() {
        return healthy() ? 0 : 1;
    }
}
