package dev.coatcheck.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.server.run.Installation;
import dev.coatcheck.server.run.Plan;
import dev.coatcheck.settings.Settings;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Sessions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    private static final String PASSWORD = "correct horse battery";

    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void ownFolder() {
        environment.put("COATCHECK_DATABASE_URL", "sqlite:" + folder.resolve("c.db"));
        environment.put("COATCHECK_KEYS_FILE", folder.resolve("keys").toString());
        // What is tested here is not the cost of a hash.
        environment.put("COATCHECK_PASSWORD_MEMORY", "7MiB");
        environment.put("COATCHECK_PASSWORD_ITERATIONS", "1");
    }

    @Test
    void withoutACommandTheHelpIsShown() {
        assertThat(run()).isEqualTo(0);
        assertThat(said()).contains("Usage: coatcheck", "serve", "demo", "users", "Exit codes:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "serve --help",
                "demo --help",
                "dev --help",
                "users --help",
                "users add --help",
                "users passwd --help",
                "users disable --help",
                "users enable --help",
                "users list --help",
                "sessions --help",
                "sessions list --help",
                "sessions end --help",
                "keys --help",
                "keys list --help",
                "keys add --help",
                "keys activate --help",
                "keys rotate --help",
                "keys remove --help",
                "settings --help",
                "version --help"
            })
    void everythingHasHelp(String line) {
        assertThat(run(line.split(" "))).isEqualTo(0);
        assertThat(said()).startsWith("Usage: coatcheck").doesNotContain("\u001b");
        assertThat(complained()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"serv", "users", "users ad", "users add", "serve --no-such", "keys list x", "demo --api-port x"})
    void aLineThatIsNotUnderstoodIsExitCodeTwo(String line) {
        assertThat(run(line.split(" "))).isEqualTo(2);
        assertThat(complained()).startsWith("coatcheck: ").doesNotContain("\tat ", "\u001b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dev",
                "dev --app http://localhost:5173",
                "dev --app localhost:5173 --api http://localhost:8000",
                "dev --app http://localhost:5173 --api http://localhost:8000/api",
                "dev --app http://localhost:5173 --api http://localhost:8000 --api-path api",
                "dev --app http://localhost:5173 --api http://localhost:8000 --api-path /",
                "dev --app http://localhost:5173 --api http://localhost:4000",
                "dev --app http://localhost:5173 --api http://localhost:8000 --port 70000"
            })
    void devIsToldWhereToGo(String line) {
        assertThat(run(line.split(" "))).isEqualTo(2);
        assertThat(complained()).startsWith("coatcheck: ").contains("--");
    }

    @Test
    void devStaysOnThisMachineAndOnAFreePort() throws IOException {
        assertThat(run("dev", "--app", "http://localhost:5173", "--api", "http://192.0.2.1:8000"))
                .isEqualTo(1);
        assertThat(complained()).contains("http://192.0.2.1:8000 is not on this machine.", "--allow-remote");
        err.reset();
        try (java.net.ServerSocket taken =
                new java.net.ServerSocket(0, 1, java.net.InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            String port = "" + taken.getLocalPort();
            assertThat(run("dev", "--app", "http://localhost:1", "--api", "http://localhost:2", "--port", port))
                    .isEqualTo(1);
            assertThat(complained()).contains("Port " + port + " is in use already.", "--port");
        }
    }

    @Test
    void versionNamesTheRelease() {
        assertThat(run("version")).isEqualTo(0);
        assertThat(said()).matches("coatcheck \\d+\\.\\d+\\.\\d+.* \\(Java .*\\)\n");
    }

    @Test
    void accountsAreAddedListedDisabledAndEnabled() {
        assertThat(typing(PASSWORD + "\n", "users", "add", "ann", "--name", "Ann A.", "--role", "admin"))
                .isEqualTo(0);
        assertThat(typing(PASSWORD + "\r\n", "users", "add", "bob")).isEqualTo(0);
        assertThat(said()).isEqualTo("Added ann.\nAdded bob.\n");
        out.reset();

        assertThat(run("users", "disable", "ann")).isEqualTo(0);
        assertThat(said()).isEqualTo("ann can't sign in any more; sessions ended: 0.\n");
        out.reset();

        assertThat(run("users", "list")).isEqualTo(0);
        assertThat(said().lines()).hasSize(2);
        assertThat(said())
                .containsPattern("ann +disabled .*Ann A\\. +\\[admin\\]")
                .containsPattern("bob +active ");
        out.reset();

        assertThat(run("users", "enable", "ann")).isEqualTo(0);
        assertThat(run("users", "list", "--json")).isEqualTo(0);
        assertThat(said())
                .containsPattern("\\{\"id\":\"[0-9a-f]+\",\"username\":\"ann\",\"displayName\":\"Ann A.\","
                        + "\"roles\":\\[\"admin\"\\],\"disabled\":false,\"createdAt\":\"");
    }

    @Test
    void aNewPasswordAndADisabledAccountEndSessions() {
        typing(PASSWORD + "\n", "users", "add", "ann");
        out.reset();
        StoredSession first = signedIn("ann");
        assertThat(run("sessions", "list", "ann")).isEqualTo(0);
        assertThat(said()).startsWith(first.id().toString());
        out.reset();

        assertThat(typing("another good one\n", "users", "passwd", "ann")).isEqualTo(0);
        assertThat(said()).isEqualTo("The password of ann was changed; sessions ended: 1.\n");
        out.reset();
        signedIn("ann");
        assertThat(run("users", "disable", "ann")).isEqualTo(0);
        assertThat(said()).contains("sessions ended: 1.");
    }

    @Test
    void allSessionsOfAUserAreEnded() {
        typing(PASSWORD + "\n", "users", "add", "ann");
        signedIn("ann");
        signedIn("ann");
        out.reset();
        assertThat(run("sessions", "end", "ann")).isEqualTo(0);
        assertThat(run("sessions", "list", "ann", "--json")).isEqualTo(0);
        assertThat(said()).isEqualTo("Sessions ended: 2.\n");
        assertThat(run("sessions", "end", "nobody")).isEqualTo(1);
        assertThat(complained()).contains("There is no user \"nobody\".");
    }

    @Test
    void whatCannotBeDoneIsOneLineAndExitCodeOne() {
        assertThat(typing("short\n", "users", "add", "ann")).isEqualTo(1);
        assertThat(typing("", "users", "add", "ann")).isEqualTo(1);
        assertThat(typing(PASSWORD + "\n", "users", "passwd", "ann")).isEqualTo(1);
        assertThat(run("users", "disable", "ann")).isEqualTo(1);
        assertThat(complained().lines())
                .hasSize(4)
                .allSatisfy(line -> assertThat(line).startsWith("coatcheck: ").endsWith("."));
        assertThat(complained()).doesNotContain("\tat ", "short", "Exception");
    }

    @Test
    void debugShowsWhereAnErrorCameFrom() {
        assertThat(run("users", "disable", "ann", "--debug")).isEqualTo(1);
        assertThat(complained()).contains("\tat dev.coatcheck");
    }

    @Test
    void aDatabaseThatCannotBeOpenedIsOneLine() throws IOException {
        Files.writeString(folder.resolve("taken"), "a file");
        environment.put("COATCHECK_DATABASE_URL", "sqlite:" + folder.resolve("taken/c.db"));
        assertThat(run("users", "list")).isEqualTo(1);
        assertThat(complained().lines()).hasSize(1);
        assertThat(complained()).startsWith("coatcheck: The folder ").contains("taken is a file");
    }

    @Test
    void aRefusedConfigurationNamesEveryLineAndIsExitCodeThree() throws IOException {
        Path file = config("listen: 8080\nsession:\n  idel: 30m\n");
        environment.put("COATCHECK_APPS", "*");
        assertThat(run("serve", "--config", file.toString())).isEqualTo(3);
        assertThat(complained().lines())
                .hasSize(3)
                .anyMatch(line -> line.startsWith("coatcheck: " + file + ":1: listen: "))
                .anyMatch(line -> line.startsWith("coatcheck: " + file + ":3: session.idel: There is no such setting."))
                .anyMatch(line -> line.startsWith("coatcheck: environment: COATCHECK_APPS: "));
    }

    @Test
    void whatNoBrowserPutsUpWithIsRefusedWithItsLine() throws IOException {
        environment.remove("COATCHECK_PASSWORD_MEMORY");
        Path file = config("""
                public-url: https://api.example.com
                apps: [https://app.example.org]
                limits.url-size: 1MiB
                password.memory: 1KiB
                sessions: redis://host:x
                """);
        assertThat(run("serve", "--config", file.toString())).isEqualTo(3);
        assertThat(complained().lines())
                .anyMatch(line -> line.contains("c.yml:2: apps: The app https://app.example.org and the API"))
                .anyMatch(line -> line.contains("c.yml:3: limits.url-size: "))
                .anyMatch(line -> line.contains("c.yml:4: password.memory: "))
                .anyMatch(line -> line.contains("c.yml:5: sessions: "))
                .hasSize(4);
    }

    @Test
    void whatTheStoresCannotDoIsRefusedWithItsLineBeforeAnythingIsOpened() throws IOException {
        environment.remove("COATCHECK_DATABASE_URL");
        String file = "sqlite:" + folder.resolve("never.db");
        String server = "postgresql://me:hunter2@127.0.0.1:1/db";
        refusesLineTwo(file, "near-cache.sessions: 10", "does not tell one node", "Take near-cache.sessions away");
        refusesLineTwo(
                server + "?signals=endings", "near-cache.sessions: 10", "does not tell", "without signals=endings");
        refusesLineTwo("mysql://me@h/db", "near-cache.sessions: 10", "does not tell", "PostgreSQL");
        refusesLineTwo(file, "near-cache.sessions: 10\nsessions: memory", "memory already", "Take");
        refusesLineTwo(file, "near-cache.through-outage: 30s", "no near-cache", "Set near-cache.sessions too");
        refusesLineTwo(
                server,
                "near-cache.through-outage: 61s\nnear-cache.sessions: 10",
                "longer than a minute",
                "60s or less");
        refusesLineTwo(file, "session.purge-every: 0ms", "all the time", "1s or more");
        refusesLineTwo(file, "limits.store-patience: 999999999d", "pile up", "60s or less");
        assertThat(folder.resolve("never.db")).doesNotExist();
    }

    @Test
    void aDatabasesAddressThatCannotBeReadIsRefusedWithItsLine() throws IOException {
        environment.remove("COATCHECK_DATABASE_URL");
        String server = "postgresql://me:hunter2@127.0.0.1:1/db";
        for (String part :
                List.of("?pool=0", "?pool=hunter2", "?sslmode=hunter2", "?hunter2", "?sslrootcert=/ca.pem")) {
            Path file = config("near-cache.sessions: 10\ndatabase.url: " + server + part + "\n");
            assertThat(run("serve", "--config", file.toString())).as(part).isEqualTo(3);
            assertThat(complained().lines()).as(part).hasSize(1);
            assertThat(complained())
                    .startsWith("coatcheck: " + file + ":2: database.url: The database's address can't be read: ")
                    .doesNotContain("hunter2");
            err.reset();
        }
    }

    private void refusesLineTwo(String database, String lines, String why, String way) throws IOException {
        Path file = config("database.url: " + database + "\n" + lines + "\n");
        assertThat(run("serve", "--config", file.toString())).as(lines).isEqualTo(3);
        assertThat(complained().lines()).as(complained()).hasSize(1);
        assertThat(complained())
                .startsWith("coatcheck: " + file + ":2: " + lines.substring(0, lines.indexOf(':')) + ": ")
                .contains(why, way)
                .doesNotContain("hunter2");
        err.reset();
    }

    @Test
    void keysAreListedByNumberAndDateAlone() throws IOException {
        assertThat(run("keys", "rotate")).isEqualTo(0);
        assertThat(run("keys", "rotate")).isEqualTo(0);
        out.reset();
        assertThat(run("keys", "list")).isEqualTo(0);
        assertThat(said()).matches("1  \\S+Z\n2  \\S+Z  active\n");
        assertThat(run("keys", "list", "--json")).isEqualTo(0);
        assertThat(said())
                .containsPattern("\\{\"number\":1,\"createdAt\":\"\\S+Z\",\"active\":false}")
                .contains("\"number\":2", "\"active\":true");
        for (String line : Files.readAllLines(folder.resolve("keys"))) {
            if (line.startsWith("key ")) {
                assertThat(said()).doesNotContain(line.split(" ", -1)[3]);
            }
        }
    }

    @Test
    void aKeyIsPublishedBeforeAnythingBeginsWithIt() {
        assertThat(run("keys", "add")).isEqualTo(0);
        assertThat(said()).contains("Key 1 is the first one, and active.");
        out.reset();
        assertThat(run("keys", "add")).isEqualTo(0);
        assertThat(said()).contains("Key 2 is published.", "coatcheck keys activate 2");
        out.reset();
        assertThat(run("keys", "list")).isEqualTo(0);
        assertThat(said()).matches("1  \\S+Z  active\n2  \\S+Z\n");
        assertThat(run("keys", "activate", "2")).isEqualTo(0);
        out.reset();
        assertThat(run("keys", "list")).isEqualTo(0);
        assertThat(said()).matches("1  \\S+Z\n2  \\S+Z  active\n");
        assertThat(run("keys", "remove", "1")).isEqualTo(1);
        assertThat(complained()).contains("Sessions that began with key 1 may live until ");
        assertThat(run("keys", "activate", "7")).isEqualTo(1);
        assertThat(complained()).contains("The key ring has no key 7.");
    }

    @Test
    void settingsInForceSayWhereTheyComeFromAndHideSecrets() throws IOException {
        Path file = config("session.idle: 10m\nsessions: redis://me:hunter2@h\n");
        assertThat(run("settings", "--in-force", "--config", file.toString())).isEqualTo(0);
        assertThat(said())
                .containsPattern("session\\.idle +10m +\\S+c\\.yml:1")
                .containsPattern("session\\.absolute +12h +default")
                .containsPattern("sessions +\\[secret\\]")
                .doesNotContain("hunter2");
    }

    private Path config(String yaml) throws IOException {
        return Files.writeString(folder.resolve("c.yml"), yaml);
    }

    private StoredSession signedIn(String user) {
        try (Installation installation = Installation.open(Plan.of(Settings.of(List.of(), environment)))) {
            var account = installation.accounts().find(user).orElseThrow();
            StoredSession session = Sessions.of(account.id(), Instant.now()).build();
            installation.sessions().create(session, PerUserLimit.DEFAULT);
            return session;
        }
    }

    private int run(String... arguments) {
        return typing("", arguments);
    }

    private int typing(String input, String... arguments) {
        Terminal terminal = new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                Optional.empty(),
                environment);
        return Main.run(new Main.Surroundings(terminal, environment), arguments);
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
