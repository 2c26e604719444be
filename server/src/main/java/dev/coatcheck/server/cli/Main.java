package dev.coatcheck.server.cli;

import dev.coatcheck.doctor.DoctorCommand;
import dev.coatcheck.doctor.ExplainCommand;
import dev.coatcheck.server.run.CannotStartException;
import dev.coatcheck.settings.InvalidSettingsException;
import dev.coatcheck.store.StoreUnavailableException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program {@code coatcheck}. */
@Command(
        name = "coatcheck",
        description = "The session layer for single-page apps.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it was done",
            "1:it can't be done; the message says why, and what to do",
            "2:the command line is not understood",
            "3:the configuration is refused; every problem is named with its line"
        },
        footer = {
            "",
            "doctor and explain have codes of their own: 0 nothing to change, 1 findings, 2 could not run.",
            "Every setting: coatcheck settings"
        })
public final class Main implements Runnable {
    /** It was done. */
    static final int DONE = 0;
    /** It can't be done. */
    static final int CANNOT = 1;
    /** The command line is not understood. */
    static final int USAGE = 2;
    /** The configuration is refused. */
    static final int REFUSED = 3;

    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Show where an error came from, with its stack trace.")
    private boolean debug;

    private Main(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.spec = CommandSpec.create();
    }

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        int code = run(new Surroundings(Terminal.ofProcess(), System.getenv()), arguments);
        // A server's threads have been stopped by now; what a library left behind must not hold the exit.
        System.exit(code);
    }

    /** Runs one command. @return its exit code */
    static int run(Surroundings surroundings, String... arguments) {
        Terminal terminal = surroundings.terminal();
        Main main = new Main(surroundings);
        CommandLine line = new CommandLine(main)
                .addSubcommand(new ServeCommand(surroundings))
                .addSubcommand(new DemoCommand(surroundings))
                .addSubcommand(new DevCommand(surroundings))
                .addSubcommand(new UsersCommand(surroundings))
                .addSubcommand(new SessionsCommand(surroundings))
                .addSubcommand(new KeysCommand(surroundings))
                .addSubcommand(new SettingsCommand(surroundings))
                .addSubcommand(new DoctorCommand(new ConfigurationLint(surroundings.environment())))
                .addSubcommand(new ExplainCommand())
                .addSubcommand(new VersionCommand(surroundings));
        line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(terminal.colours() ? Ansi.ON : Ansi.OFF));
        line.setUsageHelpAutoWidth(true);
        line.setParameterExceptionHandler((e, unused) -> misunderstood(e, terminal));
        line.setExecutionExceptionHandler((e, unused, result) -> failed(e, terminal, main.debug));
        return line.execute(arguments);
    }

    @Override
    public void run() {
        spec.commandLine().usage(surroundings.terminal().out());
    }

    @SuppressWarnings("unused") // picocli looks at the option, nobody at the field
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    private boolean help;

    /** Where a command runs. */
    record Surroundings(Terminal terminal, Map<String, String> environment) {
        Surroundings {
            environment = Map.copyOf(environment);
        }
    }

    private static int misunderstood(ParameterException e, Terminal terminal) {
        CommandLine line = e.getCommandLine();
        terminal.complain(String.valueOf(e.getMessage()));
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, line.getErr())) {
            terminal.err().println("Help: " + line.getCommandSpec().qualifiedName() + " --help");
        }
        return USAGE;
    }

    private static int failed(Exception e, Terminal terminal, boolean debug) {
        if (e instanceof InvalidSettingsException refused) {
            refused.problems().forEach(problem -> terminal.complain(problem.toString()));
        } else if (e instanceof CannotStartException) {
            terminal.complain(String.valueOf(e.getMessage()).strip());
        } else if (e instanceof StoreUnavailableException) {
            terminal.complain("The store does not answer: " + e.getMessage() + ". Whether it was done is unknown.");
        } else {
            terminal.complain("Something unexpected went wrong (" + e.getClass().getSimpleName() + ": " + e.getMessage()
                    + "). Run it again with --debug and report what it says.");
        }
        if (debug) {
            e.printStackTrace(terminal.err());
        }
        return e instanceof InvalidSettingsException ? REFUSED : CANNOT;
    }
}
