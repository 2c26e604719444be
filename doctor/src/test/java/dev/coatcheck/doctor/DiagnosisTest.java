package dev.coatcheck.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.browser.StoredCookie;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real backends with the classic mistakes: each is named rightly, and no healthy one is called sick. */
class DiagnosisTest {
    private static final int APP_PORT = 5173;

    @TempDir
    Path folder;

    static Stream<Ailing> sickOnes() {
        return Wards.sickOnes();
    }

    static Stream<Ailing> healthyOnes() {
        return Wards.healthyOnes();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sickOnes")
    void theFirstFindingNamesTheMistake(Ailing ailing) throws CouldNotRunException {
        Report report = examine(ailing);
        assertThat(report.first().map(Finding::code)).as(text(report)).isEqualTo(ailing.expected());
        assertThat(report.exitCode()).isEqualTo(1);
        assertThat(report.stack())
                .as("the stack is recognised")
                .isEqualTo(ailing.fixture().stack());
    }

    static Stream<Ailing> notedOnes() {
        return Wards.notedOnes();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("notedOnes")
    void whatIsWorthKnowingIsNotedAndCallsNobodySick(Ailing ailing) throws CouldNotRunException {
        Report report = examine(ailing);
        assertThat(report.findings())
                .as(text(report))
                .filteredOn(finding -> finding.weight() == Weight.NOTE)
                .extracting(Finding::code)
                .contains(ailing.expected().orElseThrow());
        assertThat(report.healthy()).as(text(report)).isTrue();
    }

    @Test
    void everyFindingHasALiveCase() {
        Set<FindingCode> shown = EnumSet.noneOf(FindingCode.class);
        Stream.of(Wards.sickOnes(), Wards.notedOnes(), HttpsTest.sickOnes())
                .flatMap(ailing -> ailing)
                .forEach(ailing -> shown.add(ailing.expected().orElseThrow()));
        // A live visit asks one host, so only a recording can hold a cookie of another; RecordingTest has both.
        shown.addAll(EnumSet.of(FindingCode.COOKIE_HOST_MISMATCH, FindingCode.RECORDING_SANITISED));
        assertThat(EnumSet.complementOf(EnumSet.copyOf(shown))).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("healthyOnes")
    void noHealthyBackendIsCalledSick(Ailing ailing) throws CouldNotRunException {
        Report report = examine(ailing);
        assertThat(report.healthy()).as(text(report)).isTrue();
        assertThat(report.exitCode()).isZero();
    }

    @Test
    void aThirdPartyCookieThatHoldsInChromiumComesWithAWarningAboutTheOthers() throws CouldNotRunException {
        Ailing crossSite = Wards.healthyOnes()
                .filter(ailing -> ailing.name().equals("None and Secure between subdomains of localhost"))
                .findFirst()
                .orElseThrow();
        assertThat(examine(crossSite).findings())
                .filteredOn(finding -> finding.code() == FindingCode.OTHER_BROWSERS_DIFFER)
                .singleElement()
                .satisfies(finding -> assertThat(finding.detail())
                        .contains("Chromium without third-party cookies: drops PHPSESSID")
                        .contains("Safari: drops PHPSESSID"));
    }

    private Report examine(Ailing ailing) throws CouldNotRunException {
        String app = ailing.appHost().startsWith("https:")
                ? ailing.appHost()
                : "http://" + ailing.appHost() + ":" + APP_PORT;
        try (Fixture.Running backend = ailing.fixture().start(app, folder)) {
            Plan plan = ailing.planFor(app, backend);
            Visit visit = new Probe(plan, Reach.DEFAULT.to(plan.apiOrigin()), step -> {}).run();
            Report report = new Doctor().report(visit);
            assertNoSecretIn(text(report) + JsonReport.of(report), visit);
            return report;
        }
    }

    private static void assertNoSecretIn(String printed, Visit visit) {
        assertThat(printed).doesNotContain("correct horse");
        visit.acts().stream()
                .flatMap(act -> act.jar().stream())
                .map(StoredCookie::value)
                .filter(value -> value.length() >= 6)
                .forEach(value -> assertThat(printed).doesNotContain(value));
        visit.token().ifPresent(token -> assertThat(printed).doesNotContain(token.value()));
        visit.bearer().ifPresent(bearer -> assertThat(printed).doesNotContain(bearer));
    }

    private static String text(Report report) {
        return TextReport.of(report, TextReport.Subject.SIGN_IN, false, StandardCharsets.UTF_8);
    }
}
