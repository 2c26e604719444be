package dev.coatcheck.bench;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Figures that anyone can run. */
@Command(
        name = "bench",
        description = "Figures that anyone can run.",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:measured; whether the goals were reached stands in the table",
            "1:a wrong answer, or none: there are no figures",
            "2:the command line is not understood, or something that is needed does not start"
        })
public final class Main {
    /** Measured. */
    static final int DONE = 0;
    /** A wrong answer, or none. */
    static final int WRONG = 1;
    /** Not understood, or not startable. */
    static final int USAGE = 2;

    @SuppressWarnings("unused") // picocli looks at the option, nobody at the field
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    private boolean help;

    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(run(new PrintWriter(System.out, true, StandardCharsets.UTF_8), arguments));
    }

    static int run(PrintWriter out, String... arguments) {
        CommandLine line =
                new CommandLine(new Main()).addSubcommand(new RunCommand()).addSubcommand(new MillionCommand());
        line.setOut(out);
        line.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        line.setUsageHelpAutoWidth(true);
        line.setExecutionExceptionHandler((e, command, result) -> {
            if (e instanceof CannotMeasureException || e instanceof WrongAnswerException) {
                command.getErr().println(e.getMessage());
            } else {
                e.printStackTrace(command.getErr());
            }
            return e instanceof WrongAnswerException || e instanceof UncheckedIOException ? WRONG : USAGE;
        });
        return line.execute(arguments);
    }
}
