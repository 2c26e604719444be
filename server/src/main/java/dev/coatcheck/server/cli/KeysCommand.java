package dev.coatcheck.server.cli;

import dev.coatcheck.json.JsonDocument;
import dev.coatcheck.server.run.Installation;
import dev.coatcheck.server.run.KeyRingFile;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
            surroundings.terminal().say(json ? object(key) : line(key));
        }
        return Main.DONE;
    }

    @Command(
            name = "add",
            description = "Add a key that nothing begins with yet. Every node must know it before one begins with it.")
    int add(@Mixin ConfigOption config) {
        KeyRingFile.Listed fresh = file(config).add(now());
        surroundings
                .terminal()
                .say(
                        fresh.active()
                                ? "Key " + fresh.number() + " is the first one, and active."
                                : "Key " + fresh.number()
                                        + " is published. Give the file to every node and restart them;"
                                        + " then: coatcheck keys activate " + fresh.number());
        return Main.DONE;
    }

    @Command(
            name = "activate",
            description = "New sessions begin with this key; older keys stay for the sessions that began with them.")
    int activate(
            @Mixin ConfigOption config,
            @Parameters(paramLabel = "NUMBER", description = "The key's number, as keys list shows it.") int number) {
        file(config).activate(number, now());
        surroundings
                .terminal()
                .say("Key " + number + " is the active one. Give the file to every node and restart them, one after the"
                        + " other: nobody is signed out.");
        return Main.DONE;
    }

    @Command(
            name = "rotate",
            description = "Add a key and activate it at once: for a single node. With several, use add and activate.")
    int rotate(@Mixin ConfigOption config) {
        KeyRingFile.Listed fresh = file(config).rotate(now());
        surroundings
                .terminal()
                .say("Key " + fresh.number() + " is the active one. Restart the server: nobody is signed out.");
        return Main.DONE;
    }

    @Command(
            name = "remove",
            description = "Remove a key that no living session can have begun with; refused while one may.")
    int remove(
            @Mixin ConfigOption config,
            @Parameters(paramLabel = "NUMBER", description = "The key's number, as keys list shows it.") int number) {
        file(config).remove(number, now());
        surroundings.terminal().say("Key " + number + " is gone from the file. Give it to every node.");
        return Main.DONE;
    }

    private static String line(KeyRingFile.Listed key) {
        return key.number() + "  " + key.createdAt() + (key.active() ? "  active" : "");
    }

    private static String object(KeyRingFile.Listed key) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("number", key.number());
        members.put("createdAt", key.createdAt().toString());
        members.put("active", key.active());
        return JsonDocument.text(members);
    }

    private static Instant now() {
        return InstantSource.system().instant();
    }

    private KeyRingFile file(ConfigOption config) {
        return Installation.keyRing(config.settings(surroundings.environment()), new SecureRandom());
    }
}
