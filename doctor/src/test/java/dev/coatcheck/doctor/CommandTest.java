package dev.coatcheck.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/** The commands: exit codes, output, and that no secret gets out. */
class CommandTest {
    private static final String APP = "http://localhost:5173";

    @TempDir
    Path folder;

    private record Result(int exit, String out, String err) {}

    private static Result run(Object command, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = new CommandLine(command)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        return new Result(exit, out.toString(), err.toString());
    }

    private static Result doctor(Fixture.Running backend, String... more) {
        List<String> arguments = new java.util.ArrayList<>(List.of(
                "--app",
                APP,
                "--api",
                backend.at("localhost"),
                "--login",
                "POST /login {\"username\":\"anna\",\"password\":\"{{password}}\"}",
                "--me",
                "/me",
                "--unsafe",
                "POST /note {}",
                "--logout",
                "POST /logout"));
        arguments.addAll(List.of(more));
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream("correct horse\r\nsomething else".getBytes(StandardCharsets.UTF_8)));
        try {
            return run(new DoctorCommand(), arguments.toArray(String[]::new));
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void aHealthyBackendExitsWithZero() {
        try (Fixture.Running backend = Fixture.express().start(APP, folder)) {
            Result result = doctor(backend);
            assertThat(result.exit()).as(result.out() + result.err()).isZero();
            assertThat(result.out())
                    .contains("The sign-in holds")
                    .contains("sign-in")
                    .doesNotContain("correct horse");
            assertThat(result.out()).as("no colours outside of a terminal").doesNotContain("\u001B");
        }
    }

    @Test
    void aSickBackendExitsWithOneAndJsonNamesTheCode() {
        Fixture sick = Fixture.express().with("cors", "app.use(cors());");
        try (Fixture.Running backend = sick.start(APP, folder)) {
            Result result = doctor(backend, "--json");
            assertThat(result.exit()).isEqualTo(1);
            JsonNode json = Json.mapper().readTree(result.out());
            assertThat(json.path("healthy").asBoolean()).isFalse();
            assertThat(json.path("findings").path(0).path("code").asString())
                    .isEqualTo("cors-wildcard-with-credentials");
            assertThat(json.path("findings").path(0).path("cure").path("lines").toString())
                    .contains("credentials: true");
            assertThat(json.path("stack").asString()).isEqualTo("express");
        }
    }

    @Test
    void theFirstBrokenLinkIsBoldOnATerminal() {
        Fixture sick = Fixture.express().with("cors", "app.use(cors());");
        try (Fixture.Running backend = sick.start(APP, folder)) {
            Report report = examine(backend);
            String styled = TextReport.of(report, TextReport.Subject.SIGN_IN, true, StandardCharsets.UTF_8);
            assertThat(styled.lines().filter(line -> line.contains("\u001B[1m")).toList())
                    .hasSize(2)
                    .anyMatch(line -> line.contains("✗"))
                    .anyMatch(line -> line.contains("[cors-wildcard-with-credentials]"));
            assertThat(TextReport.of(report, TextReport.Subject.SIGN_IN, false, StandardCharsets.US_ASCII))
                    .as("an ASCII terminal")
                    .matches("\\p{ASCII}*");
        }
    }

    private static Report examine(Fixture.Running backend) {
        try {
            return new Doctor().examine(Ailing.healthy("", Fixture.express()).planFor(APP, backend));
        } catch (CouldNotRunException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void secretsAreShownOnDemandOnly() {
        Fixture sick = Fixture.express()
                .with(
                        "session",
                        "app.use(session({ secret: 'x', resave: false, saveUninitialized: false, cookie: { httpOnly: false, sameSite: 'lax' } }));");
        try (Fixture.Running backend = sick.start(APP, folder)) {
            assertThat(doctor(backend).out()).contains("connect.sid=[redacted]").doesNotContain("s%3A");
            assertThat(doctor(backend, "--show-secrets").out()).contains("connect.sid=s%3A");
        }
    }

    @Test
    void anApiThatIsNotThereExitsWithTwo() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Result result = run(new DoctorCommand(), "--app", APP, "--api", "http://localhost:" + port);
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err())
                .contains("No answer from http://localhost:" + port)
                .contains("nobody listens");
    }

    @Test
    void wrongOptionsExitWithTwoAndSayWhatIsExpected() {
        assertThat(run(new DoctorCommand()).err()).contains("--app and --api");
        assertThat(run(new DoctorCommand(), "--app", "localhost", "--api", "http://a.test")
                        .err())
                .contains("http://localhost:5173");
        assertThat(run(new DoctorCommand(), "--app", APP, "--api", "http://a.test", "--browser", "lynx")
                        .err())
                .contains("chromium, firefox or safari");
        assertThat(run(new DoctorCommand(), "--app", APP, "--api", "http://a.test", "--login", "login")
                        .err())
                .contains("--login");
        assertThat(run(new DoctorCommand(), "--har", folder.resolve("none.har").toString())
                        .exit())
                .isEqualTo(2);
        assertThat(run(new DoctorCommand(), "--nonsense").exit()).isEqualTo(2);
    }

    @Test
    void configurationsAreCheckedByWhoeverKnowsThem() {
        ConfigurationCheck.Complaint refused = new ConfigurationCheck.Complaint(
                Weight.BREAKS, "coatcheck.yml:3: cookie.same-site", "None needs https. Set public-url.");
        ConfigurationCheck.Complaint note =
                new ConfigurationCheck.Complaint(Weight.NOTE, "coatcheck.yml", "sessions is memory.");
        Result sick = run(new DoctorCommand(file -> List.of(refused, note)), "--config", "coatcheck.yml");
        assertThat(sick.exit()).isEqualTo(1);
        assertThat(sick.out())
                .contains("coatcheck.yml:3: cookie.same-site: None needs https.")
                .contains("note: ");
        assertThat(run(new DoctorCommand(file -> List.of(note)), "--config", "coatcheck.yml")
                        .exit())
                .isZero();
        Result json = run(new DoctorCommand(file -> List.of(refused)), "--config", "coatcheck.yml", "--json");
        assertThat(Json.mapper().readTree(json.out()).path("complaints").size()).isEqualTo(1);
        assertThat(run(new DoctorCommand(), "--config", "coatcheck.yml").exit()).isEqualTo(2);
    }

    @Test
    void explainAnswersForOneHeader() {
        String[] sick = {
            "Set-Cookie: sid=0123456789abcdef; SameSite=None",
            "--page",
            "http://localhost:3000",
            "--request",
            "http://localhost:8000/login"
        };
        Result result = run(new ExplainCommand(), sick);
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.out()).contains("cookie-samesite-none-insecure").doesNotContain("0123456789abcdef");
        assertThat(run(
                                new ExplainCommand(),
                                "Set-Cookie: sid=0123456789abcdef; HttpOnly; SameSite=Lax",
                                "--page",
                                "http://localhost:3000",
                                "--request",
                                "http://localhost:8000/")
                        .exit())
                .isZero();
        assertThat(run(new ExplainCommand(), "nonsense", "--page", "http://a.test", "--request", "http://a.test")
                        .exit())
                .isEqualTo(2);
    }

    @Test
    void hostileAnswersWriteNoControlCharactersToTheTerminal() {
        Result result = run(
                new ExplainCommand(),
                "Set-Cookie: si\u001B[31md=0123456789abcdef; SameSite=None",
                "--page",
                "http://localhost:3000",
                "--request",
                "http://localhost:8000/");
        assertThat(result.out() + result.err()).doesNotContain("\u001B");
    }
}
