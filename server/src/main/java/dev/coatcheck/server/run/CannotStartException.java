package dev.coatcheck.server.run;

import org.jspecify.annotations.Nullable;

/** The program can't do what it was started for: one line says why, and what to do. */
public final class CannotStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private CannotStartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Two sentences: why not, and the way out. */
    public static CannotStartException because(String reason, String wayOut) {
        return new CannotStartException(reason + " " + wayOut, null);
    }

    /** The same, keeping what was thrown for {@code --debug}. */
    public static CannotStartException because(String reason, String wayOut, Throwable cause) {
        return new CannotStartException(reason + " " + wayOut, cause);
    }
}
