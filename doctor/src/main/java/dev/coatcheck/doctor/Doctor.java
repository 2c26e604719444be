package dev.coatcheck.doctor;

import dev.coatcheck.browser.Profile;
import java.util.List;

/**
 * Says why a sign-in does not hold: by a live visit, from a recorded one, or for a single header. Every answer is a {@link Report}.
 *
 * <pre>{@code
 * Report report = new Doctor().examine(Plan.of("http://localhost:5173", "http://localhost:8000")
 *         .withLogin(Call.parse("POST /login {\"username\":\"anna\",\"password\":\"…\"}", "POST").orElseThrow())
 *         .withMe(Call.parse("/me", "GET").orElseThrow()));
 * assertThat(report.first()).isEmpty();
 * }</pre>
 */
public final class Doctor {
    private final boolean showSecrets;

    /** A doctor who keeps secrets. */
    public Doctor() {
        this(false);
    }

    private Doctor(boolean showSecrets) {
        this.showSecrets = showSecrets;
    }

    /** The same doctor, whose reports show the values of cookies and tokens. */
    public Doctor showingSecrets() {
        return new Doctor(true);
    }

    /**
     * Visits a live API as the app in its browser would: two dozen requests at most, to the API's host only, each within ten seconds.
     *
     * @throws CouldNotRunException when the API does not answer at all
     */
    public Report examine(Plan plan) throws CouldNotRunException {
        return report(new Probe(plan, new ProbeNetwork(plan.apiOrigin())).run());
    }

    Report report(Visit visit) {
        Stack stack = StackSigns.recognise(visit);
        List<Finding> findings = Diagnosis.of(visit, stack);
        Redactor redactor = Redactor.of(visit, showSecrets);
        return new Report(
                visit.plan().app().toString(),
                visit.plan().api(),
                title(visit.plan()),
                stack,
                Story.of(visit, findings).stream().map(line -> clean(line, redactor)).toList(),
                findings.stream().map(finding -> clean(finding, redactor)).toList());
    }

    static String title(Plan plan) {
        String name = title(plan.profile());
        return plan.blocksThirdPartyCookies() ? name + " without third-party cookies" : name;
    }

    static String title(Profile profile) {
        return switch (profile) {
            case CHROMIUM -> "Chromium";
            case FIREFOX -> "Firefox";
            case SAFARI -> "Safari";
        };
    }

    private static StoryLine clean(StoryLine line, Redactor redactor) {
        return new StoryLine(line.mark(), line.step(), redactor.clean(line.request()), redactor.clean(line.says()));
    }

    private static Finding clean(Finding finding, Redactor redactor) {
        return new Finding(
                finding.code(),
                finding.weight(),
                finding.step(),
                redactor.clean(finding.request()),
                redactor.clean(finding.detail()),
                finding.standard(),
                finding.seen().map(redactor::clean),
                finding.needed().map(redactor::clean),
                finding.cure());
    }

}
