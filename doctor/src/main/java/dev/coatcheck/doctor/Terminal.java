package dev.coatcheck.doctor;

import java.io.Console;
import java.util.Optional;

/** The terminal that the program was started from, if there is one: JDK 22 and later have a console without it. */
final class Terminal {
    private Terminal() {}

    @SuppressWarnings("SystemConsoleNull")
    static Optional<Console> console() {
        return Optional.ofNullable(System.console()).filter(Terminal::isTerminal);
    }

    private static boolean isTerminal(Console console) {
        try {
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException olderJdk) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
