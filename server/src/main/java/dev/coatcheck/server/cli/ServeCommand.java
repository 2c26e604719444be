package dev.coatcheck.server.cli;

import dev.coatcheck.server.log.Logging;
import dev.coatcheck.server.run.Application;
import dev.coatcheck.server.run.Installation;
import dev.coatcheck.server.run.Plan;
import dev.coatcheck.server.run.RunningServer;
import dev.coatcheck.server.run.Stopping;
import dev.coatcheck.server.run.Version;
import dev.coatcheck.settings.SettingsTable;
import java.lang.management.ManagementFactory;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code coatcheck serve}. */
@Command(name = "serve", description = "Run the server until it is told to stop (Ctrl-C, SIGTERM).")
final class ServeCommand implements Callable<Integer> {
    private static final System.Logger LOG = System.getLogger("dev.coatcheck.server.Serve");

    private final Main.Surroundings surroundings;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Option(names = "--help-settings", description = "List every setting and its default, and end.")
    private boolean helpSettings;

    ServeCommand(Main.Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (helpSettings) {
            surroundings.terminal().out().print(SettingsReference.text());
            return Main.DONE;
        }
        Plan plan = config.plan(surroundings.environment());
        Logging.configure(
                plan.settings().get(SettingsTable.LOG_LEVEL), plan.settings().get(SettingsTable.LOG_FORMAT));
        plan.warnings().forEach(warning -> LOG.log(System.Logger.Level.WARNING, warning));
        try (Stopping stopping = new Stopping()) {
            Installation installation = stopping.last(Installation.open(plan));
            RunningServer server = stopping.last(RunningServer.start(installation, Application.NONE));
            LOG.log(System.Logger.Level.INFO, () -> ready(plan));
            server.join();
        }
        return Main.DONE;
    }

    private static String ready(Plan plan) {
        long millis = ManagementFactory.getRuntimeMXBean().getUptime();
        return "Coatcheck " + Version.text() + " listens on "
                + plan.settings().get(SettingsTable.LISTEN) + " for "
                + plan.configuration().publicOrigin() + ", sessions in "
                + plan.redis()
                        .map(Object::toString)
                        .orElseGet(() ->
                                plan.settings().get(SettingsTable.SESSIONS).toString())
                + ", apps " + plan.configuration().apps() + ", ready after " + millis + " ms";
    }
}
