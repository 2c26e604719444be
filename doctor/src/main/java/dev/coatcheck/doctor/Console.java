package dev.coatcheck.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/** What a command says, and how it asks for a password. */
final class Console {
    static final int COULD_NOT_RUN = 2;

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean styled;

    Console(CommandSpec spec) {
        this.out = spec.commandLine().getOut();
        this.err = spec.commandLine().getErr();
        this.styled = spec.commandLine().getColorScheme().ansi().enabled();
    }

    int print(Report report, TextReport.Subject subject, boolean json) {
        out.println(
                json
                        ? JsonReport.of(report)
                        : TextReport.of(report, subject, styled, charset()).stripTrailing());
        out.flush();
        return report.exitCode();
    }

    void say(String text) {
        out.println(text);
        out.flush();
    }

    int refuse(String why) {
        err.println(why.replaceAll("\\p{Cntrl}", "?"));
        err.flush();
        return COULD_NOT_RUN;
    }

    private static Charset charset() {
        String name = System.getProperty("stdout.encoding", System.getProperty("native.encoding", "UTF-8"));
        return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.US_ASCII;
    }

    /** The password, from a prompt without echo where there is a terminal, else from the first line of standard input. */
    static String password() throws CouldNotRunException {
        Optional<java.io.Console> terminal = Terminal.console();
        if (terminal.isPresent()) {
            char[] typed = terminal.get().readPassword("Password for the sign-in: ");
            return Optional.ofNullable(typed).map(String::new).orElse("");
        }
        return firstLine(System.in);
    }

    static String firstLine(InputStream in) throws CouldNotRunException {
        try {
            java.io.ByteArrayOutputStream line = new java.io.ByteArrayOutputStream();
            for (int c = in.read(); c >= 0 && c != '\n' && line.size() < 4096; c = in.read()) {
                line.write(c);
            }
            String text = line.toString(StandardCharsets.UTF_8);
            String password = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            if (password.isEmpty()) {
                throw CouldNotRunException.because(
                        "The sign-in holds {{password}}: give it at the prompt, or as the first line of"
                                + " standard input.");
            }
            return password;
        } catch (IOException e) {
            throw CouldNotRunException.because("The password can't be read from standard input: " + e.getMessage());
        }
    }
}
