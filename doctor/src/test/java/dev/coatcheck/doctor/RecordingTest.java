package dev.coatcheck.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.browser.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Recorded sessions are explained; broken files get one clear line. */
class RecordingTest {
    private static final String APP = "http://localhost:5173";
    private static final String API = "http://localhost:8000";

    @TempDir
    Path folder;

    /** A recording that is written entry by entry, as Chromium exports it. */
    private static final class Har {
        private final ObjectNode root = Json.mapper().createObjectNode();
        private final ArrayNode entries =
                root.putObject("log").put("version", "1.2").putArray("entries");

        Har() {
            entry("GET", APP + "/", "document", 200, "");
        }

        Har entry(
                String method, String url, String type, int status, String requestHeaders, String... responseHeaders) {
            ObjectNode entry = entries.addObject()
                    .put("startedDateTime", "2026-11-20T10:00:0" + entries.size() + ".000Z")
                    .put("_resourceType", type);
            ObjectNode request =
                    entry.putObject("request").put("method", method).put("url", url);
            headers(request, requestHeaders.isEmpty() ? new String[0] : requestHeaders.split("\n", -1));
            ObjectNode response = entry.putObject("response").put("status", status);
            headers(response, responseHeaders);
            response.putObject("content").put("text", status == 200 ? "{\"user\":\"anna\"}" : "");
            return this;
        }

        private static void headers(ObjectNode message, String... lines) {
            ArrayNode list = message.putArray("headers");
            for (String line : lines) {
                HeaderLine header = HeaderLine.parse(line).orElseThrow();
                list.addObject().put("name", header.name()).put("value", header.value());
            }
        }

        Har preflight(String path, String... responseHeaders) {
            return entry(
                    "OPTIONS",
                    API + path,
                    "preflight",
                    204,
                    "Origin: " + APP
                            + "\nAccess-Control-Request-Method: POST\nAccess-Control-Request-Headers: content-type",
                    responseHeaders);
        }
    }

    private Report explain(Har har) throws IOException, CouldNotRunException {
        Path file = Files.writeString(folder.resolve("session.har"), har.root.toString());
        return new Doctor().explainRecording(file, Optional.empty(), Optional.empty(), Profile.CHROMIUM);
    }

    private static final String[] GOOD = {
        "Access-Control-Allow-Origin: " + APP,
        "Access-Control-Allow-Credentials: true",
        "Vary: Origin",
        "Cache-Control: no-store"
    };

    private static String[] good(String... more) {
        String[] all = java.util.Arrays.copyOf(GOOD, GOOD.length + more.length);
        System.arraycopy(more, 0, all, GOOD.length, more.length);
        return all;
    }

    /** A recording of a sign-in by JSON whose answer carries some more lines. */
    private static Har signIn(String... more) {
        return new Har()
                .preflight("/login", good("Access-Control-Allow-Headers: content-type"))
                .entry(
                        "POST",
                        API + "/login",
                        "fetch",
                        200,
                        "Origin: " + APP + "\nContent-Type: application/json",
                        good(more));
    }

    @Test
    void aSessionThatHoldsIsHealthy() throws Exception {
        Report report =
                explain(signIn("Set-Cookie: sid=0123456789abcdef0123456789abcdef; Path=/; HttpOnly; SameSite=Lax")
                        .entry(
                                "GET",
                                API + "/me",
                                "fetch",
                                200,
                                "Origin: " + APP + "\nCookie: sid=0123456789abcdef0123456789abcdef",
                                GOOD));
        assertThat(report.first()).isEmpty();
        assertThat(report.app()).isEqualTo(APP);
        assertThat(report.api()).isEqualTo(API);
    }

    @Test
    void aCookieThatTheBrowserDroppedIsNamed() throws Exception {
        Report report = explain(signIn("Set-Cookie: sid=0123456789abcdef0123456789abcdef; Path=/; SameSite=None")
                .entry("GET", API + "/me", "fetch", 401, "Origin: " + APP, GOOD));
        assertThat(report.first().map(Finding::code)).contains(FindingCode.COOKIE_SAMESITE_NONE_INSECURE);
    }

    @Test
    void aPreflightThatFailedExplainsTheMissingAnswer() throws Exception {
        Report report = explain(new Har()
                .preflight("/login", "Access-Control-Allow-Origin: *")
                .entry("POST", API + "/login", "fetch", 0, "Content-Type: application/json"));
        assertThat(report.first().map(Finding::code)).contains(FindingCode.CORS_WILDCARD_WITH_CREDENTIALS);
    }

    @Test
    void aFetchThatLeftItsCookiesOutIsNamed() throws Exception {
        Report report =
                explain(signIn("Set-Cookie: sid=0123456789abcdef0123456789abcdef; Path=/; HttpOnly; SameSite=Lax")
                        .entry("GET", API + "/me", "fetch", 401, "Origin: " + APP, GOOD));
        assertThat(report.first().map(Finding::code)).contains(FindingCode.FETCH_WITHOUT_CREDENTIALS);
    }

    @Test
    void aRecordingWithoutCookiesSaysSoAndBlamesNobodyForThem() throws Exception {
        Report report = explain(signIn().entry("GET", API + "/me", "fetch", 401, "Origin: " + APP, GOOD));
        assertThat(report.first()).isEmpty();
        assertThat(report.findings()).extracting(Finding::code).containsExactly(FindingCode.RECORDING_SANITISED);
    }

    @Test
    void whatARealChromiumRecordsIsExplained() throws Exception {
        assertThat(recordedSignIn(Fixture.php()
                                .with(
                                        "session",
                                        "session_set_cookie_params(['samesite' => 'None', 'httponly' => true]);"))
                        .first()
                        .map(Finding::code))
                .contains(FindingCode.COOKIE_SAMESITE_NONE_INSECURE);
        Report healthy = recordedSignIn(Fixture.php());
        assertThat(healthy.first()).as(JsonReport.of(healthy)).isEmpty();
        assertThat(healthy.story()).extracting(StoryLine::says).anyMatch(says -> says.contains("sends PHPSESSID"));
    }

    private Report recordedSignIn(Fixture fixture) throws IOException, CouldNotRunException {
        Path har = folder.resolve("recorded.har");
        Files.deleteIfExists(har);
        try (Chromium chromium = Chromium.recording(har);
                Fixture.Running backend =
                        fixture.start(chromium.app("localhost"), Files.createTempDirectory(folder, "php"))) {
            chromium.signIn(chromium.app("localhost"), backend.at("localhost"), Stack.PHP, "POST");
            chromium.finish();
        }
        return new Doctor().explainRecording(har, Optional.empty(), Optional.empty(), Profile.CHROMIUM);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not json",
                "{\"log\":",
                "[]",
                "{}",
                "{\"log\":{\"entries\":[]}}",
                "{\"log\":{\"entries\":[{}]}}",
                "{\"log\":{\"entries\":[{\"startedDateTime\":\"yesterday\",\"request\":{\"method\":\"GET\",\"url\":\"http://a.test/\"}}]}}",
                "{\"log\":{\"entries\":[{\"startedDateTime\":\"2026-11-20T10:00:00Z\",\"request\":{\"method\":\"GET\",\"url\":\"data:x\"}}]}}"
            })
    void aFileThatIsNoRecordingGetsOneClearLine(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("broken.har"), content);
        assertThatThrownBy(
                        () -> new Doctor().explainRecording(file, Optional.empty(), Optional.empty(), Profile.CHROMIUM))
                .isInstanceOf(CouldNotRunException.class)
                .hasMessageContaining("broken.har")
                .hasMessageNotContaining("\n");
    }

    @Test
    void aDeepFileIsRefusedAndDoesNotOverflow() throws IOException {
        Path file = Files.writeString(folder.resolve("deep.har"), "[".repeat(200_000));
        assertThatThrownBy(() -> HarFile.read(file)).isInstanceOf(CouldNotRunException.class);
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> HarFile.read(folder.resolve("none.har"))).hasMessageContaining("no such file");
    }

    @Test
    void noMutationOfARecordingMakesTheDoctorStumble() throws IOException {
        String good = new Har()
                .preflight("/login", good("Access-Control-Allow-Headers: content-type"))
                .entry("POST", API + "/login", "fetch", 200, "Origin: " + APP, good("Set-Cookie: sid=abc; Path=/"))
                .entry("GET", API + "/me", "fetch", 200, "Origin: " + APP + "\nCookie: sid=abc", GOOD)
                .root
                .toString();
        Random random = new Random(42);
        for (int round = 0; round < (Boolean.getBoolean("coatcheck.thorough") ? 20_000 : 300); round++) {
            StringBuilder text = new StringBuilder(good);
            for (int edits = random.nextInt(4) + 1; edits > 0; edits--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, (char) (32 + random.nextInt(200)));
                    default -> text.setCharAt(at, (char) random.nextInt(300));
                }
            }
            Path file = Files.writeString(folder.resolve("mutant.har"), text);
            try {
                new Doctor().explainRecording(file, Optional.empty(), Optional.empty(), Profile.CHROMIUM);
            } catch (CouldNotRunException expected) {
                assertThat(expected).hasMessageNotContaining("\n");
            }
        }
    }
}
