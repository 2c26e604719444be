package dev.coatcheck.doctor;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code explain}: what a browser does with a header. Exit code 0 as meant, 1 findings, 2 could not run. */
@Command(
        name = "explain",
        sortOptions = false,
        header = "Says what a browser does with a Set-Cookie or Access-Control-Allow-… line.",
        description = "Nothing is asked: the answer comes from the rules.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:as it was meant", "1:findings", "2:could not run"})
public final class ExplainCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "'NAME: VALUE'", description = "Header lines of one answer.")
    private List<String> headers = List.of();

    @Option(names = "--page", required = true, paramLabel = "URL", description = "The page whose script asks.")
    private @Nullable String page;

    @Option(
            names = "--request",
            required = true,
            paramLabel = "URL",
            description = "The URL that answers with these headers.")
    private @Nullable String request;

    @Option(names = "--browser", paramLabel = "NAME", description = "chromium (default), firefox or safari.")
    private String browser = "chromium";

    @Option(names = "--json", description = "Writes JSON.")
    private boolean json;

    @Option(names = "--show-secrets", description = "Shows the values of cookies.")
    private boolean showSecrets;

    /** The command. */
    public ExplainCommand() {}

    @Override
    public Integer call() {
        Console console = new Console(Objects.requireNonNull(spec));
        try {
            Doctor doctor = showSecrets ? new Doctor().showingSecrets() : new Doctor();
            Report report = doctor.explain(
                    headers,
                    Objects.requireNonNull(page),
                    Objects.requireNonNull(request),
                    DoctorCommand.Options.profile(browser));
            return console.print(report, TextReport.Subject.HEADER, json);
        } catch (CouldNotRunException e) {
            return console.refuse(String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            return console.refuse(e.getMessage() + ". coatcheck explain --help shows all options.");
        }
    }
}
