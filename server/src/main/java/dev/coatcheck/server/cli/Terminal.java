package dev.coatcheck.server.cli;

import dev.coatcheck.Password;
import dev.coatcheck.server.run.CannotStartException;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** Where the command line reads and writes: colours and prompts on a terminal alone, plain lines anywhere else. */
final class Terminal {
    private static final int MOST_TYPED = 4096;

    private final PrintStream out;
    private final PrintStream err;
    private final InputStream in;
    private final Optional<Console> console;
    private final boolean colours;

    Terminal(
            PrintStream out,
            PrintStream err,
            InputStream in,
            Optional<Console> console,
            Map<String, String> environment) {
        this.out = out;
        this.err = err;
        this.in = in;
        this.console = console;
        this.colours =
                console.isPresent() && environment.getOrDefault("NO_COLOR", "").isEmpty();
    }

    /** This process's own. */
    static Terminal ofProcess() {
        return new Terminal(
                new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.UTF_8),
                new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.err), true, StandardCharsets.UTF_8),
                System.in,
                Optional.ofNullable(System.console()).filter(Terminal::isTerminal),
                System.getenv());
    }

    /** From JDK 22 on there is a console even where there is no terminal. */
    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    boolean colours() {
        return colours;
    }

    PrintStream out() {
        return out;
    }

    PrintStream err() {
        return err;
    }

    void say(String line) {
        out.println(line);
    }

    void complain(String line) {
        err.println(colours ? "\u001b[31mcoatcheck:\u001b[0m " + line : "coatcheck: " + line);
    }

    String bold(String text) {
        return colours ? "\u001b[1m" + text + "\u001b[0m" : text;
    }

    /** Asked twice on a terminal, where nothing is shown; else the first line of standard input. */
    Password newPassword(String user) {
        return console.map(known -> asked(known, user)).orElseGet(this::piped);
    }

    private static Password asked(Console console, String user) {
        char[] first = prompt(console, "Password for " + user + ": ");
        char[] again = prompt(console, "The same again: ");
        try {
            if (!Arrays.equals(first, again)) {
                throw CannotStartException.because("The two passwords differ.", "Nothing was changed: try again.");
            }
            return Password.of(java.nio.CharBuffer.wrap(first));
        } finally {
            Arrays.fill(first, '\0');
            Arrays.fill(again, '\0');
        }
    }

    private static char[] prompt(Console console, String text) {
        char[] typed = console.readPassword("%s", text);
        if (typed == null) {
            throw CannotStartException.because("No password was typed.", "Nothing was changed.");
        }
        return typed;
    }

    private Password piped() {
        try {
            BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            StringBuilder line = new StringBuilder();
            for (int c = reader.read(); c >= 0 && c != '\n' && line.length() <= MOST_TYPED; c = reader.read()) {
                line.append((char) c);
            }
            if (line.length() > 0 && line.charAt(line.length() - 1) == '\r') {
                line.setLength(line.length() - 1);
            }
            if (line.length() == 0) {
                throw CannotStartException.because(
                        "There is no password on standard input.",
                        "Type it on a terminal, or pipe it in: coatcheck users add NAME < file.");
            }
            return Password.of(line);
        } catch (IOException e) {
            throw CannotStartException.because(
                    "Standard input can't be read: " + e.getMessage() + ".", "Try again.", e);
        }
    }
}
