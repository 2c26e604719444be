package dev.coatcheck.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
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
        assertThat(report.stack()).as("the stack is recognised").isEqualTo(ailing.fixture().stack());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("healthyOnes")
    void noHealthyBackendIsCalledSick(Ailing ailing) throws CouldNotRunException {
        Report report = examine(ailing);
        assertThat(report.healthy()).as(text(report)).isTrue();
        assertThat(report.exitCode()).isZero();
    }

    private Report examine(Ailing ailing) throws CouldNotRunException {
        String app = ailing.appHost().startsWith("https:") ? ailing.appHost() : "http://" + ailing.appHost() + ":" + APP_PORT;
        try (Fixture.Running backend = ailing.fixture().start(app, folder)) {
            return new Doctor().examine(ailing.planFor(app, backend));
        }
    }

    private static String text(Report report) {
        return TextReport.of(report, TextReport.Subject.SIGN_IN, false, java.nio.charset.StandardCharsets.UTF_8);
    }
}
