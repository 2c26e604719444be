package dev.coatcheck.server.cli;

import dev.coatcheck.server.run.Version;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code coatcheck version}. */
@Command(name = "version", description = "Show which release this is, and what it runs on.")
final class VersionCommand implements Callable<Integer> {
    private final Main.Surroundings surroundings;

    VersionCommand(Main.Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        surroundings
                .terminal()
                .say("coatcheck " + Version.text() + " (Java " + Runtime.version() + ", "
                        + System.getProperty("os.name") + " " + System.getProperty("os.arch") + ")");
        return Main.DONE;
    }
}
