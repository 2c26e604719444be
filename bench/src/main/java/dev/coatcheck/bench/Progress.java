package dev.coatcheck.bench;

import java.io.PrintStream;

/** One line that says what is being done, on a terminal alone. */
final class Progress {
    /** Set by the scripts, which know whether their standard error is one. */
    static final String TERMINAL = "coatcheck.bench.terminal";

    private final PrintStream err;
    private final boolean terminal;
    private final long began = System.nanoTime();
    private int steps;
    private int done;

    Progress(PrintStream err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    static Progress ofProcess() {
        return new Progress(System.err, Boolean.getBoolean(TERMINAL));
    }

    /** So many steps are to come. */
    void expect(int more) {
        steps += more;
    }

    /** This begins now. */
    void step(String what) {
        done++;
        say("[" + done + "/" + Math.max(done, steps) + ", " + (System.nanoTime() - began) / 1_000_000_000 + " s] "
                + what);
    }

    /** This goes on, with this to say of it. */
    void say(String what) {
        if (terminal) {
            err.print("\r\033[K" + what);
            err.flush();
        }
    }

    /** Takes the line away. */
    void clear() {
        if (terminal) {
            err.print("\r\033[K");
            err.flush();
        }
    }
}
