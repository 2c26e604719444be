package dev.coatcheck.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.CookieManager;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script at the root, run as a person runs it, on the packaged program. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class CoatcheckScriptIT {
    private static final Path ROOT =
            Path.of(System.getProperty("coatcheck.root", "..")).toAbsolutePath().normalize();
    private static final List<String> HEARS_CTRL_C = hearsCtrlC();
    private static final List<String> TOOLS = List.of(
            "sh", "dirname", "readlink", "sed", "head", "tail", "find", "grep", "touch", "tee", "mkdir", "cat", "env");

    @TempDir
    Path temp;

    private Path root = Path.of("");
    private final List<Process> started = new ArrayList<>();

    /** A clone, in a folder with a space: this script, the packaged program, and a page that looks built. */
    @BeforeEach
    void freshClone() throws IOException {
        root = Files.createDirectories(temp.resolve("my clone"));
        Files.copy(ROOT.resolve("coatcheck"), root.resolve("coatcheck"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.createDirectories(root.resolve("server/target"));
        assertThat(ROOT.resolve("server/target/coatcheck/coatcheck.jar")).exists();
        Files.createSymbolicLink(root.resolve("server/target/coatcheck"), ROOT.resolve("server/target/coatcheck"));
        Files.writeString(
                Files.createDirectories(root.resolve("examples/demo/dist")).resolve("index.html"),
                "<title>demo</title>");
    }

    @AfterEach
    void endWhatIsLeft() {
        started.forEach(Process::destroyForcibly);
    }

    private record Ended(int code, String out, String err) {}

    @Test
    void itRunsFromAnywhereThroughSymlinksAndSpaces() throws Exception {
        Path link = Files.createSymbolicLink(temp.resolve("a link"), root.resolve("coatcheck"));
        Path linkToLink = Files.createSymbolicLink(temp.resolve("again"), Path.of("a link"));
        for (Path script : List.of(root.resolve("coatcheck"), link, linkToLink)) {
            Ended version = run(script, Map.of(), "version");
            assertThat(version.err()).isEmpty();
            assertThat(version.out()).startsWith("coatcheck ");
            assertThat(version.code()).isZero();
        }
    }

    @Test
    void exitCodesComeThrough() throws Exception {
        assertThat(run(script(), Map.of(), "serv").code()).isEqualTo(2);
        Ended refused = run(script(), Map.of("COATCHECK_LISTEN", "x"), "serve");
        assertThat(refused.code()).isEqualTo(3);
        assertThat(refused.err().lines()).hasSize(1);
    }

    @Test
    void withoutJavaItSaysWhatToInstall() throws Exception {
        Ended ended = run(script(), Map.of("PATH", tools().toString(), "JAVA_HOME", ""), "version");
        oneLine(ended, "a JDK 17 or newer is needed, and there is no java on the PATH. Install one");
        oneLine(
                run(script(), Map.of("JAVA_HOME", "/no/jdk"), "version"),
                "a JDK 17 or newer is needed, and JAVA_HOME (/no/jdk) has no bin/java.");
    }

    @Test
    void anOldJavaIsNamed() throws Exception {
        for (String version : List.of("1.8.0_292", "11.0.2", "16-ea")) {
            Path bin = tools();
            program(bin.resolve("java"), "echo 'openjdk version \"" + version + "\" 2020-01-01' >&2");
            Ended ended = run(script(), Map.of("PATH", bin.toString(), "JAVA_HOME", ""), "version");
            String number = version.startsWith("1.8") ? "8" : version.substring(0, 2);
            oneLine(ended, "is Java " + number + ". Install one");
        }
    }

    @Test
    void aRuntimeWithoutCompilerCannotBuild() throws Exception {
        Files.delete(root.resolve("server/target/coatcheck"));
        Path bin = tools();
        program(
                bin.resolve("java"),
                "case $1 in -version) echo 'openjdk version \"21.0.1\"' >&2 ;; --list-modules) echo java.base@21 ;; esac");
        Ended ended = run(script(), Map.of("PATH", bin.toString(), "JAVA_HOME", ""), "version");
        oneLine(ended, "a JDK is needed to build, and " + bin.resolve("java") + " is a runtime without a compiler.");
    }

    @Test
    void withoutNodeTheDemoSaysWhatToInstall() throws Exception {
        Files.delete(root.resolve("examples/demo/dist/index.html"));
        Path bin = tools();
        Map<String, String> environment = Map.of("PATH", bin.toString(), "JAVA_HOME", System.getProperty("java.home"));
        oneLine(
                run(script(), environment, "demo"),
                "Node.js 20.19 or newer is needed, and there is no node on the PATH.");

        program(bin.resolve("node"), "echo v18.20.1");
        oneLine(run(script(), environment, "demo"), "npm is needed, and there is none on the PATH");

        program(bin.resolve("npm"), "echo 10.0.0");
        for (String old : List.of("v18.20.1", "v20.18.3", "what")) {
            program(bin.resolve("node"), "echo " + old);
            oneLine(run(script(), environment, "demo"), "Node.js 20.19 or newer is needed; node on the PATH is " + old);
        }
        assertThat(run(script(), environment, "demo", "--help").code()).isZero();
    }

    @Test
    void aBuildThatFailsIsNotRunOver() throws Exception {
        Files.delete(root.resolve("server/target/coatcheck"));
        program(root.resolve("mvnw"), "echo '[ERROR] no network here'; exit 1");
        Ended ended = run(script(), Map.of(), "version");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).contains("building the server", "[ERROR] no network here", "could not be built");
    }

    @Test
    void whatIsNewerThanTheProgramIsBuilt() throws Exception {
        Files.createDirectories(root.resolve("core/src/main"));
        Files.createDirectories(root.resolve("core/src/test"));
        Files.createDirectories(root.resolve("core/target"));
        Files.writeString(root.resolve("core/src/test/T.java"), "");
        Files.writeString(root.resolve("core/target/x"), "");
        program(root.resolve("mvnw"), "echo asked; exit 1");
        assertThat(run(script(), Map.of(), "version").code()).isZero();
        Files.writeString(root.resolve("core/src/main/A.java"), "");
        assertThat(run(script(), Map.of(), "version").err()).contains("could not be built");
    }

    @Test
    void aBusyPortOrAFolderThatCannotBeUsedIsOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            oneLine(
                    run(script(), Map.of(), "demo", "--api-port", port, "--app-port", freePort()),
                    "Port " + port + " is in use already. Stop what listens on 127.0.0.1:" + port);
            oneLine(
                    run(script(), Map.of(), "demo", "--api-port", freePort(), "--app-port", port),
                    "or choose another port with --app-port.");
        }
        Path file = Files.writeString(temp.resolve("taken"), "");
        oneLine(
                run(
                        script(),
                        Map.of(),
                        "demo",
                        "--api-port",
                        freePort(),
                        "--app-port",
                        freePort(),
                        "--data",
                        file + ""),
                "taken is a file");
        oneLine(
                run(
                        script(),
                        Map.of(),
                        "demo",
                        "--api-port",
                        freePort(),
                        "--app-port",
                        freePort(),
                        "--data",
                        "/proc/x"),
                "The folder /proc/x");
    }

    @Test
    void theDemoHoldsASignInOverKillMinusNineAndStopsAtOnce() throws Exception {
        String api = freePort();
        String app = freePort();
        HttpClient browser =
                HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

        Process first = start("demo", "--api-port", api, "--app-port", app);
        String greeting = await(first, api);
        String password =
                Files.readString(temp.resolve("data/demo-account.txt")).strip();
        assertThat(greeting).contains("http://localhost:" + app, "http://localhost:" + api, "demo", password);
        HttpResponse<String> entered = browser.send(
                request(api, app, "/auth/login")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "{\"username\":\"demo\",\"password\":\"" + password + "\"}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(entered.statusCode()).isEqualTo(200);
        String before = me(browser, api, app);

        first.destroyForcibly().waitFor();
        Process second = start("demo", "--api-port", api, "--app-port", app);
        assertThat(await(second, api)).contains(password);
        assertThat(me(browser, api, app)).isEqualTo(before);

        long told = System.nanoTime();
        signal("INT", second);
        assertThat(second.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - told)).isLessThan(Duration.ofSeconds(2));
        assertThat(second.exitValue()).isEqualTo(130);
        assertThat(errors(second)).isEmpty();

        Process third = start("demo", "--api-port", api, "--app-port", app);
        await(third, api);
        assertThat(me(browser, api, app)).isEqualTo(before);
        signal("TERM", third);
        assertThat(third.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(third.exitValue()).isEqualTo(143);
    }

    private static String me(HttpClient browser, String api, String app) throws Exception {
        HttpResponse<String> answer =
                browser.send(request(api, app, "/api/me").build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static HttpRequest.Builder request(String api, String app, String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + api + path))
                .header("Origin", "http://localhost:" + app);
    }

    private Path script() {
        return root.resolve("coatcheck");
    }

    private static void oneLine(Ended ended, String words) {
        assertThat(ended.err()).contains(words);
        assertThat(ended.err().lines()).singleElement().asString().startsWith("coatcheck: ");
        assertThat(ended.out()).isEmpty();
        assertThat(ended.code()).isEqualTo(1);
    }

    private Ended run(Path script, Map<String, String> environment, String... arguments) throws Exception {
        Process process = start(script, environment, arguments);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        int index = started.indexOf(process);
        return new Ended(process.exitValue(), read(index, "out"), read(index, "err"));
    }

    private Process start(String... arguments) throws IOException {
        return start(script(), Map.of(), arguments);
    }

    private Process start(Path script, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(HEARS_CTRL_C);
        command.add(script.toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(temp.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(file(started.size(), "out").toFile())
                .redirectError(file(started.size(), "err").toFile());
        builder.environment().putAll(environment);
        builder.environment().values().removeIf(String::isEmpty);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    /** Until it greets, which it does when it answers. */
    private String await(Process process, String api) throws Exception {
        int index = started.indexOf(process);
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (!read(index, "out").contains("Ctrl-C stops it")) {
            assertThat(process.isAlive()).as(read(index, "err")).isTrue();
            assertThat(System.nanoTime()).as("still not up on port " + api).isLessThan(end);
            process.waitFor(50, TimeUnit.MILLISECONDS);
        }
        return read(index, "out");
    }

    private String errors(Process process) throws IOException {
        return read(started.indexOf(process), "err");
    }

    private Path file(int index, String stream) {
        return temp.resolve(index + "." + stream);
    }

    private String read(int index, String stream) throws IOException {
        return Files.readString(file(index, stream), StandardCharsets.UTF_8);
    }

    /** What a PATH has where neither Java nor Node.js is installed. */
    private Path tools() throws IOException {
        Path bin = Files.createTempDirectory(temp, "bin");
        for (String tool : TOOLS) {
            for (String folder : List.of("/usr/bin", "/bin")) {
                Path program = Path.of(folder, tool);
                if (Files.exists(program) && Files.notExists(bin.resolve(tool))) {
                    Files.createSymbolicLink(bin.resolve(tool), program);
                }
            }
        }
        return bin;
    }

    /** A build in the background of a shell ignores Ctrl-C, and so would every child of it. */
    private static List<String> hearsCtrlC() {
        List<String> reset = List.of("env", "--default-signal=INT");
        try {
            List<String> command = new ArrayList<>(reset);
            command.add("true");
            return new ProcessBuilder(command).start().waitFor() == 0 ? reset : List.of();
        } catch (IOException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private static void program(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void signal(String name, Process process) throws Exception {
        assertThat(new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                        .start()
                        .waitFor())
                .isZero();
    }

    private static String freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return Integer.toString(probe.getLocalPort());
        }
    }
}
