package dev.coatcheck.browser;

import java.util.Optional;

/**
 * One decision of the browser, and why: the rule, the standard it stands in, what was seen and what would have been needed.
 *
 * @param step what was decided
 * @param subject what it is about: a URL, a cookie's name or a header's name, as {@link Step} says
 * @param allowed whether the browser went on with it
 * @param rule the rule that decided
 * @param url the URL of the request in question
 * @param preflight whether the preflight was concerned, not the request itself
 * @param seen what was found: the header line or attribute, without any secret value; empty if nothing was there
 * @param needed what would have been accepted; empty if nothing on the server's side can help, or if it was allowed
 */
public record Decision(
        Step step,
        String subject,
        boolean allowed,
        Rule rule,
        String url,
        boolean preflight,
        Optional<String> seen,
        Optional<String> needed) {
    /** The standard and section of the rule, such as {@code "Fetch, 4.9 CORS check"}. */
    public String standard() {
        return rule.standard();
    }

    /** One line for people. */
    @Override
    public String toString() {
        return (allowed ? "yes " : "no  ") + step + " " + subject + ": " + rule.says() + " (" + rule.standard() + ")"
                + seen.map(s -> "; seen: " + s).orElse("")
                + needed.map(n -> "; needed: " + n).orElse("");
    }
}
