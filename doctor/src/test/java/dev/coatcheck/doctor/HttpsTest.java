package dev.coatcheck.doctor;

import static dev.coatcheck.doctor.Ailing.call;
import static dev.coatcheck.doctor.Ailing.sick;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Live backends behind https, with certificates that the test made. */
class HttpsTest {
    private static final String APP = "https://app.example.test";

    @TempDir
    static Path keys;

    @TempDir
    Path folder;

    private static Optional<TestCertificates> good = Optional.empty();

    @BeforeAll
    static void makeCertificates() {
        good = Optional.of(TestCertificates.make(keys, "dns:api.example.test,dns:localhost", "-1d"));
    }

    private TestCertificates bad(String names, String start) throws IOException {
        return TestCertificates.make(Files.createTempDirectory(folder, "keys"), names, start);
    }

    private static Fixture php(String options) {
        return Fixture.php().with("session", "session_set_cookie_params([" + options + "]);");
    }

    private static Fixture secure() {
        return php("'path' => '/', 'httponly' => true, 'secure' => true, 'samesite' => 'Lax'");
    }

    static Stream<Ailing> sickOnes() {
        return Stream.of(
                sick(FindingCode.COOKIE_NOT_SECURE, "a cookie that goes out by http as well", Fixture.php())
                        .at(APP, "api.example.test"),
                sick(FindingCode.COOKIE_CROSS_SCHEME, "the page is still http", secure())
                        .at("http://app.example.test", "api.example.test"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sickOnes")
    void theFirstFindingNamesTheMistake(Ailing ailing) throws Exception {
        Report report = examine(ailing.fixture(), ailing.appHost(), ailing.apiHost(), trusting());
        assertThat(report.first().map(Finding::code)).as(text(report)).isEqualTo(ailing.expected());
    }

    @Test
    void aHealthyBackendBehindHttpsIsNotCalledSick() throws Exception {
        assertThat(examine(secure(), APP, "api.example.test", trusting()).healthy())
                .isTrue();
        assertThat(examine(secure(), "https://localhost:5173", "localhost", trusting())
                        .healthy())
                .isTrue();
        Fixture hostPrefix = secure().plus("session", "session_name('__Host-sid');");
        assertThat(examine(hostPrefix, APP, "api.example.test", trusting()).healthy())
                .isTrue();
    }

    @Test
    void aCertificateThatIsNotTrustedIsSaidAndNothingIsSent() {
        assertThatThrownBy(() -> examine(secure(), APP, "api.example.test", new Doctor()))
                .isInstanceOf(CouldNotRunException.class)
                .hasMessageContaining("its certificate is not trusted here")
                .hasMessageContaining("--ca FILE")
                .hasMessageContaining("Nothing was sent to it");
    }

    @Test
    void aCertificateForAnotherNameOrTimeIsSaid() throws Exception {
        TestCertificates other = bad("dns:other.test", "-1d");
        assertThatThrownBy(() ->
                        examine(secure(), APP, "api.example.test", new Doctor().trusting(other.authority()), other))
                .hasMessageContaining("its certificate is for another name");
        TestCertificates old = bad("dns:api.example.test", "-20d");
        assertThatThrownBy(
                        () -> examine(secure(), APP, "api.example.test", new Doctor().trusting(old.authority()), old))
                .hasMessageContaining("its certificate is not valid today");
    }

    @Test
    void aFileWithoutCertificatesIsSaid() throws Exception {
        Path empty = Files.writeString(folder.resolve("empty.pem"), "nothing");
        assertThatThrownBy(() -> examine(secure(), APP, "api.example.test", new Doctor().trusting(empty)))
                .isInstanceOf(CouldNotRunException.class)
                .hasMessageContaining("-----BEGIN CERTIFICATE-----");
    }

    @Test
    void httpsWhereOnlyHttpIsSpokenIsSaid() throws Exception {
        try (Fixture.Running backend = secure().start(APP, Files.createDirectory(folder.resolve("plain")))) {
            assertThatThrownBy(() -> trusting().examine(plan(APP, "https://api.example.test:" + backend.port())))
                    .hasMessageContaining("does not speak https on this port");
        }
    }

    private static Doctor trusting() {
        return new Doctor().trusting(good.orElseThrow().authority());
    }

    private Report examine(Fixture fixture, String app, String host, Doctor doctor) throws Exception {
        return examine(fixture, app, host, doctor, good.orElseThrow());
    }

    private Report examine(Fixture fixture, String app, String host, Doctor doctor, TestCertificates certificates)
            throws Exception {
        Path place = Files.createTempDirectory(folder, "backend");
        try (Fixture.Running backend = fixture.start(app, place);
                TlsFront front = TlsFront.before(backend.port(), certificates.server())) {
            return doctor.examine(plan(app, "https://" + host + ":" + front.port()));
        }
    }

    private static Plan plan(String app, String api) {
        return Plan.of(app, api)
                .withLogin(call("POST /login {\"username\":\"anna\",\"password\":\"correct horse\"}"))
                .withMe(call("GET /me"))
                .withUnsafe(call("POST /note {\"text\":\"x\"}"))
                .withLogout(call("POST /logout"));
    }

    private static String text(Report report) {
        return TextReport.of(report, TextReport.Subject.SIGN_IN, false, StandardCharsets.UTF_8);
    }
}
