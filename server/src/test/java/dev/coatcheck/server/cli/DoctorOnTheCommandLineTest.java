package dev.coatcheck.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doctor's commands are part of the program, and know its settings. */
class DoctorOnTheCommandLineTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private int run(String... arguments) {
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        Terminal terminal = new Terminal(stream, stream, InputStream.nullInputStream(), Optional.empty(), Map.of());
        return Main.run(new Main.Surroundings(terminal, Map.of()), arguments);
    }

    @Test
    void aConfigurationThatServeWouldRefuseIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("coatcheck.yml"), "cookie:\n  domain: com\nnonsense: 1\n");
        assertThat(run("doctor", "--config", file.toString())).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("coatcheck.yml:3", "nonsense");
    }

    @Test
    void aGoodConfigurationIsFine() throws IOException {
        Path file = Files.writeString(folder.resolve("coatcheck.yml"), "listen: 127.0.0.1:8080\n");
        assertThat(run("doctor", "--config", file.toString())).isZero();
    }

    @Test
    void aHeaderIsExplained() {
        assertThat(run(
                        "explain",
                        "Set-Cookie: a=b; SameSite=None",
                        "--page",
                        "http://localhost:1",
                        "--request",
                        "http://localhost:2"))
                .isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("cookie-samesite-none-insecure");
    }

    @Test
    void theCommandsShowTheirHelp() {
        assertThat(run("doctor", "--help")).isZero();
        assertThat(run("explain", "--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("--har", "--page");
    }
}
