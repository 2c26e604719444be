package dev.coatcheck.doctor;

import dev.coatcheck.browser.Profile;
import dev.coatcheck.site.Origin;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

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
    private final Reach reach;

    /** A doctor who keeps secrets. */
    public Doctor() {
        this(false, Reach.DEFAULT);
    }

    private Doctor(boolean showSecrets, Reach reach) {
        this.showSecrets = showSecrets;
        this.reach = reach;
    }

    /** The same doctor, whose reports show the values of cookies and tokens. */
    public Doctor showingSecrets() {
        return new Doctor(true, reach);
    }

    /** The same doctor, who asks loopback addresses only, and of them only the API's own port. */
    public Doctor onThisMachineOnly() {
        return new Doctor(showSecrets, reach.withinThisMachine());
    }

    /** The same doctor, who trusts the certificates in a file (PEM) as well as those that Java trusts. */
    public Doctor trusting(Path authorities) {
        return new Doctor(showSecrets, reach.trusting(authorities));
    }

    /** The same doctor, who begins no request after that time. */
    public Doctor within(Duration time) {
        return new Doctor(showSecrets, reach.within(time));
    }

    /**
     * Visits a live API as the app in its browser would: 32 requests at most, to the API's host only, each within ten seconds.
     *
     * @throws CouldNotRunException when the API does not answer at all
     */
    public Report examine(Plan plan) throws CouldNotRunException {
        return examine(plan, step -> {});
    }

    /**
     * The same, telling each step when it begins, such as {@code sign-in}. What the listener throws ends the examination.
     *
     * @throws CouldNotRunException when the API does not answer at all
     */
    public Report examine(Plan plan, Consumer<String> steps) throws CouldNotRunException {
        return report(new Probe(plan, reach.to(plan.apiOrigin()), steps).run());
    }

    /**
     * Explains a session that a browser recorded (HAR 1.2). The recorded answers are played through the browser model; nothing is asked.
     *
     * @param file the recording
     * @param app whose page it is; found in the recording when empty
     * @param api whose answers count; found in the recording when empty
     * @param profile the browser
     * @throws CouldNotRunException when the file is no recording, or holds no request of a script
     */
    public Report explainRecording(Path file, Optional<Origin> app, Optional<Origin> api, Profile profile)
            throws CouldNotRunException {
        return report(Recording.play(HarFile.read(file), app, api, profile));
    }

    /**
     * Explains headers of one answer: what a browser does with them when a script on a page asks for a URL with credentials.
     *
     * @param headers lines such as {@code Set-Cookie: sid=1; SameSite=None} or {@code Access-Control-Allow-Origin: *}
     * @param page the page's URL
     * @param request the URL that is asked
     * @param profile the browser
     * @throws CouldNotRunException when a line is none of these headers, or a URL is none
     */
    public Report explain(List<String> headers, String page, String request, Profile profile)
            throws CouldNotRunException {
        List<HeaderLine> lines = new ArrayList<>();
        for (String text : headers) {
            lines.add(HeaderLine.parse(text)
                    .filter(line -> line.isSetCookie() || line.isCors())
                    .orElseThrow(() -> CouldNotRunException.because(
                            "Only Set-Cookie and Access-Control-Allow-… lines can be explained, such as 'Set-Cookie: sid=1;"
                                    + " SameSite=None'; this one is something else: " + nameOf(text))));
        }
        Explanation explanation = new Explanation(lines, page, request, profile);
        Visit visit = explanation.visit();
        Report report = report(visit);
        Redactor redactor = Redactor.of(visit, showSecrets);
        return new Report(
                report.app(),
                report.api(),
                report.browser(),
                report.stack(),
                explanation.story().stream().map(line -> clean(line, redactor)).toList(),
                report.findings());
    }

    private static String nameOf(String text) {
        int colon = text.indexOf(':');
        return colon < 0 ? "a line without a colon" : text.substring(0, colon);
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
                Story.of(visit, findings).stream()
                        .map(line -> clean(line, redactor))
                        .toList(),
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
