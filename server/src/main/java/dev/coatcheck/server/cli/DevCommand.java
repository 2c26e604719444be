package dev.coatcheck.server.cli;

import dev.coatcheck.gateway.Route;
import dev.coatcheck.server.run.DevServer;
import dev.coatcheck.server.run.Stopping;
import dev.coatcheck.site.Origin;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code coatcheck dev}. */
@Command(
        name = "dev",
        description = "Put an app's dev server and an API behind one origin of this machine, so that cookies hold.")
final class DevCommand implements Callable<Integer> {
    private final Main.Surroundings surroundings;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--app",
            paramLabel = "ORIGIN",
            required = true,
            description = "Where the app's dev server listens, such as http://localhost:5173.")
    private String app = "";

    @Option(
            names = "--api",
            paramLabel = "ORIGIN",
            required = true,
            description = "Where the API listens, such as http://localhost:8000.")
    private String api = "";

    @Option(
            names = "--api-path",
            paramLabel = "PATH",
            defaultValue = "/api",
            description = "What goes to the API, by whole segments; everything else goes to the app. May be given more"
                    + " than once; ${DEFAULT-VALUE} if not said.")
    private List<String> apiPaths = List.of("/api");

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "4000",
            description = "Where the one origin is; ${DEFAULT-VALUE} if not said.")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "NAME",
            defaultValue = "localhost",
            description = "Its host: ${DEFAULT-VALUE} if not said, or a name that leads to this machine.")
    private String host = "localhost";

    @Option(
            names = "--change-origin",
            description = "Address app and API by their own host names, as if the browser had gone there. Always so for"
                    + " https and for other machines.")
    private boolean changeOrigin;

    @Option(names = "--allow-remote", description = "Let app and API be on another machine.")
    private boolean allowRemote;

    DevCommand(Main.Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        Terminal terminal = surroundings.terminal();
        DevServer.Plan plan = plan();
        try (Stopping stopping = new Stopping()) {
            DevServer server = stopping.last(DevServer.start(plan, line -> terminal.say("  " + line)));
            terminal.say("");
            terminal.say("Coatcheck dev is running.");
            terminal.say("");
            terminal.say("  Open      " + terminal.bold(plan.here().toString()));
            terminal.say("  API       " + plan.api() + "   for " + String.join(", ", plan.apiPaths()));
            terminal.say("  App       " + plan.app() + "   for everything else");
            terminal.say("");
            terminal.say("Ctrl-C stops it. Cookies that are rewritten to hold here are listed below.");
            server.join();
        }
        return Main.DONE;
    }

    private DevServer.Plan plan() {
        Origin here = origin("--host and --port", "http://" + host + ":" + port);
        DevServer.Plan plan = new DevServer.Plan(
                here, origin("--app", app), origin("--api", api), apiPaths, allowRemote, changeOrigin);
        if (!allowRemote && (plan.app().port() == port || plan.api().port() == port)) {
            throw misunderstood("--port " + port + " is the app's or the API's own port. Choose another one.");
        }
        for (String path : apiPaths) {
            if (path.equals("/") || !Route.isPath(path)) {
                throw misunderstood("--api-path " + path + " is no path like /api: a slash, then segments without"
                        + " dots alone, %, ;, ? or #, and no slash at the end.");
            }
        }
        return plan;
    }

    private Origin origin(String option, String text) {
        String bare = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        return Origin.parse(bare)
                .orElseThrow(() -> misunderstood(option + " " + text
                        + " is no origin: http or https, a host and a port, without a path. Such as"
                        + " http://localhost:5173."));
    }

    private ParameterException misunderstood(String why) {
        return new ParameterException(spec.commandLine(), why);
    }
}
