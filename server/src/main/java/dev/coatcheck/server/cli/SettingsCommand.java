package dev.coatcheck.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code coatcheck settings}. */
@Command(
        name = "settings",
        description = "List every setting; with --in-force, what holds here and where each value comes from.")
final class SettingsCommand implements Callable<Integer> {
    private final Main.Surroundings surroundings;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Option(names = "--in-force", description = "Show the values that hold; a refused configuration is said to be.")
    private boolean inForce;

    @Option(names = "--markdown", description = "Write the reference page for docs/configuration.md.")
    private boolean markdown;

    SettingsCommand(Main.Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        if (inForce) {
            surroundings
                    .terminal()
                    .out()
                    .print(SettingsReference.inForce(
                            config.plan(surroundings.environment()).settings()));
        } else {
            surroundings.terminal().out().print(markdown ? SettingsReference.markdown() : SettingsReference.text());
        }
        return Main.DONE;
    }
}
