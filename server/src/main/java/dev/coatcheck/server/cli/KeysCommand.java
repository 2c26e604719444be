package dev.coatcheck.server.cli;

import dev.coatcheck.json.JsonDocument;
import dev.coatcheck.server.run.Installation;
import dev.coatcheck.server.run.KeyRingFile;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code coatcheck keys}. */
@Command(
        name = "keys",
        description = "The key ring: what rotated tickets and CSRF tokens are made with.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {})
final class KeysCommand extends Group {
    private final Main.Surroundings surroundings;

    KeysCommand(Main.Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Command(name = "list", description = "Show the keys' numbers and dates; never the keys.")
    int list(
            @Mixin ConfigOption config,
            @Option(names = "--json", description = "One JSON object per line, for a machine.") boolean json) {
        for (KeyRingFile.Listed key : file(config).list()) {
            surroundings
                    .terminal()
                    .say(
                            json
                                    ? JsonDocument.text(Map.of(
                                            "number",
                                            key.number(),
                                            "createdAt",
                                            key.createdAt().toString(),
                                            "active",
                                            key.active()))
                                    : key.number() + "  " + key.createdAt() + (key.active() ? "  active" : ""));
        }
        return Main.DONE;
    }

    @Command(
            name = "rotate",
            description =
                    "Add a key that new sessions begin with; older ones stay for the sessions that began with them.")
    int rotate(@Mixin ConfigOption config) {
        KeyRingFile.Listed fresh = file(config).rotate(InstantSource.system().instant());
        surroundings
                .terminal()
                .say("Key " + fresh.number()
                        + " is the active one. Give the file to every node and restart them: nobody is"
                        + " signed out.");
        return Main.DONE;
    }

    private KeyRingFile file(ConfigOption config) {
        return Installation.keyRing(config.settings(surroundings.environment()), new SecureRandom());
    }
}
