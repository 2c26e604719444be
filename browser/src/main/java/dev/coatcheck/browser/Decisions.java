package dev.coatcheck.browser;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects decisions in order. */
final class Decisions {
    private final List<Decision> all = new ArrayList<>();
    private boolean preflight;

    /** Marks what follows as being about a preflight, or not. */
    void aboutPreflight(boolean about) {
        preflight = about;
    }

    void allow(Step step, String subject, Rule rule, Url url) {
        add(step, subject, true, rule, url, Optional.empty(), Optional.empty());
    }

    void allow(Step step, String subject, Rule rule, Url url, String seen) {
        add(step, subject, true, rule, url, Optional.of(seen), Optional.empty());
    }

    void refuse(Step step, String subject, Rule rule, Url url) {
        add(step, subject, false, rule, url, Optional.empty(), Optional.empty());
    }

    void refuse(Step step, String subject, Rule rule, Url url, Optional<String> seen, Optional<String> needed) {
        add(step, subject, false, rule, url, seen, needed);
    }

    private void add(
            Step step,
            String subject,
            boolean allowed,
            Rule rule,
            Url url,
            Optional<String> seen,
            Optional<String> needed) {
        all.add(new Decision(step, subject, allowed, rule, url.withoutFragment(), preflight, seen, needed));
    }

    List<Decision> all() {
        return all;
    }
}
