package dev.coatcheck.server.cli;

import dev.coatcheck.server.log.Logging;
import dev.coatcheck.server.run.Demo;
import dev.coatcheck.server.run.Installation;
import dev.coatcheck.server.run.Plan;
import dev.coatcheck.server.run.RunningServer;
import dev.coatcheck.server.run.Stopping;
import dev.coatcheck.settings.Settings;
import dev.coatcheck.settings.SettingsTable;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code coatcheck demo}. */
@Command(
        name = "demo",
        description = "Run an API and a page on two origins of this machine, with an account to sign in.")
final class DemoCommand implements Callable<Integer> {
    private final Main.Surroundings surroundings;

    @Option(
            names = "--api-port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Where the API listens; ${DEFAULT-VALUE} if not said.")
    private int apiPort;

    @Option(
            names = "--app-port",
            paramLabel = "PORT",
            defaultValue = "3000",
            description = "Where the page is served; ${DEFAULT-VALUE} if not said.")
    private int appPort;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            defaultValue = "data",
            description = "Where database, keys and the demo account are kept; ./${DEFAULT-VALUE} if not said.")
    private Path data = Path.of("data");

    @Option(
            names = "--host",
            paramLabel = "NAME",
            defaultValue = "localhost",
            description =
                    "The host of both origins: ${DEFAULT-VALUE} if not said, or a name that leads to this machine.")
    private String host = "localhost";

    @Option(
            names = "--cookie-domain",
            paramLabel = "DOMAIN",
            description = "Give the cookie this Domain, as apps on many hosts need it.")
    private @Nullable String cookieDomain;

    @Option(
            names = "--app",
            paramLabel = "FOLDER",
            defaultValue = "${sys:coatcheck.demo.app:-examples/demo/dist}",
            description = "The built page. ./coatcheck demo builds it.")
    private Path app = Path.of("examples/demo/dist");

    @Option(
            names = "--doctor-anywhere",
            description = "Let the page's doctor ask other machines too; if not said, it asks this machine only.")
    private boolean doctorAnywhere;

    DemoCommand(Main.Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        Demo demo = new Demo(host, apiPort, appPort, data, app, Optional.ofNullable(cookieDomain), doctorAnywhere);
        Plan plan = Plan.of(demo.over(Settings.of(List.of(), surroundings.environment())));
        Settings settings = plan.settings();
        SettingsTable.LogLevel level = settings.isSet(SettingsTable.LOG_LEVEL)
                ? settings.get(SettingsTable.LOG_LEVEL)
                : SettingsTable.LogLevel.WARNING;
        Logging.configure(level, settings.get(SettingsTable.LOG_FORMAT));
        try (Stopping stopping = new Stopping()) {
            Installation installation = stopping.last(Installation.open(plan));
            Optional<String> password = demo.password(installation, new SecureRandom());
            RunningServer server = stopping.last(demo.start(installation));
            greet(demo, password);
            server.join();
        }
        return Main.DONE;
    }

    private void greet(Demo demo, Optional<String> password) {
        Terminal terminal = surroundings.terminal();
        terminal.say("");
        terminal.say("Coatcheck is running.");
        terminal.say("");
        terminal.say("  App       " + terminal.bold(demo.page().toString()) + "   open this one");
        terminal.say("  API       " + demo.api());
        terminal.say("  Doctor    " + demo.page() + "/doctor   why does my login not hold?");
        terminal.say("");
        terminal.say("  User      " + terminal.bold(Demo.USER));
        terminal.say("  Password  "
                + password.map(text -> terminal.bold(text) + "   kept in " + demo.accountFile())
                        .orElse("was changed. Set another: COATCHECK_DATABASE_URL=sqlite:"
                                + data.resolve("coatcheck.db") + " ./coatcheck users passwd " + Demo.USER));
        terminal.say("");
        terminal.say("Ctrl-C stops it. Whoever is signed in stays signed in.");
    }
}
