package dev.coatcheck.doctor;

import dev.coatcheck.browser.Credentials;
import dev.coatcheck.browser.Headers;
import dev.coatcheck.browser.Profile;
import dev.coatcheck.site.Origin;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code doctor}: why a sign-in does not hold. Exit code 0 healthy, 1 findings, 2 could not run. */
@Command(
        name = "doctor",
        sortOptions = false,
        header = "Says why a login does not hold, for a backend in any language.",
        description = {
            "Acts as the app in its browser would: preflight, sign-in, a second request, a change, the sign-out. It makes"
                    + " about twenty requests, 32 at most, to the API's host only.",
            "Requests are written like 'POST /login {\"user\":\"anna\",\"password\":\"{{password}}\"}'; the password is asked"
                    + " for, or read from standard input."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:nothing to change", "1:findings", "2:could not run"})
public final class DoctorCommand implements Callable<Integer> {
    private final ConfigurationCheck configurationCheck;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--app",
            paramLabel = "ORIGIN",
            description = "The origin of the app's page, such as http://localhost:5173.")
    private @Nullable String app;

    @Option(names = "--api", paramLabel = "URL", description = "The API's URL; paths are put behind it.")
    private @Nullable String api;

    @Option(names = "--login", paramLabel = "CALL", description = "The sign-in.")
    private @Nullable String login;

    @Option(
            names = "--me",
            paramLabel = "CALL",
            description = "A request that only a signed-in user gets an answer to.")
    private @Nullable String me;

    @Option(names = "--csrf", paramLabel = "CALL", description = "What the app asks for a token before it signs in.")
    private @Nullable String csrf;

    @Option(
            names = "--unsafe",
            paramLabel = "CALL",
            description = "A request that changes something harmless; it is made up to three times.")
    private @Nullable String unsafe;

    @Option(names = "--logout", paramLabel = "CALL", description = "The sign-out.")
    private @Nullable String logout;

    @Option(
            names = "--header",
            paramLabel = "'NAME: VALUE'",
            description = "A header that the app's fetch adds to every request.")
    private List<String> headers = List.of();

    @Option(
            names = "--credentials",
            paramLabel = "MODE",
            description = "What the app's fetch does with cookies: include (default), same-origin, omit.")
    private String credentials = "include";

    @Option(names = "--browser", paramLabel = "NAME", description = "chromium (default), firefox or safari.")
    private String browser = "chromium";

    @Option(names = "--block-third-party-cookies", description = "The browser blocks third-party cookies.")
    private boolean blocksThirdPartyCookies;

    @Option(
            names = "--stack",
            paramLabel = "NAME",
            description =
                    "What the backend is built with, if it is not recognised: laravel, php, django, express, spring,"
                            + " aspnet, nginx, coatcheck.")
    private @Nullable String stack;

    @Option(names = "--har", paramLabel = "FILE", description = "Explains a session that a browser recorded (HAR 1.2).")
    private @Nullable Path har;

    @Option(names = "--config", paramLabel = "FILE", description = "Checks a configuration of Coatcheck instead.")
    private @Nullable Path config;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "Certificates to trust for https (PEM), besides those that Java trusts.")
    private @Nullable Path authorities;

    @Option(names = "--json", description = "Writes JSON.")
    private boolean json;

    @Option(names = "--show-secrets", description = "Shows the values of cookies and tokens.")
    private boolean showSecrets;

    /** The command, without a check of configurations. */
    public DoctorCommand() {
        this(file -> {
            throw CouldNotRunException.because("This program can't check configurations; the coatcheck server can.");
        });
    }

    /** The command, with what {@code --config} does. */
    public DoctorCommand(ConfigurationCheck configurationCheck) {
        this.configurationCheck = configurationCheck;
    }

    @Override
    public Integer call() {
        Console console = new Console(java.util.Objects.requireNonNull(spec));
        try {
            Doctor doctor = showSecrets ? new Doctor().showingSecrets() : new Doctor();
            doctor = authorities == null ? doctor : doctor.trusting(authorities);
            if (config != null) {
                return checkConfiguration(console, config);
            }
            Report report = har == null ? doctor.examine(plan()) : explainRecording(doctor, har);
            return console.print(report, TextReport.Subject.SIGN_IN, json);
        } catch (CouldNotRunException e) {
            return console.refuse(String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            return console.refuse(String.valueOf(e.getMessage()) + ". coatcheck doctor --help shows all options.");
        }
    }

    private Report explainRecording(Doctor doctor, Path file) throws CouldNotRunException {
        return doctor.explainRecording(file, origin("--app", app), origin("--api", api), Options.profile(browser));
    }

    private static Optional<Origin> origin(String option, @Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        return Optional.of(Origin.ofUrl(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        option + " must be an origin such as http://localhost:5173, got '" + text + "'")));
    }

    private int checkConfiguration(Console console, Path file) throws CouldNotRunException {
        List<ConfigurationCheck.Complaint> complaints = configurationCheck.check(file);
        boolean healthy = complaints.stream().allMatch(complaint -> complaint.weight() == Weight.NOTE);
        console.say(json ? JsonReport.of(complaints, healthy) : TextReport.of(file, complaints, healthy));
        return healthy ? 0 : 1;
    }

    private Plan plan() throws CouldNotRunException {
        if (app == null || api == null) {
            throw new IllegalArgumentException(
                    "Give --app and --api, or a recording by --har, or a configuration by --config");
        }
        Plan plan = Plan.of(app, api)
                .withHeaders(parsedHeaders())
                .withCredentials(parsedCredentials())
                .withProfile(Options.profile(browser));
        plan = with(plan, "--csrf", csrf, "GET", plan::withCsrf);
        plan = with(plan, "--me", me, "GET", plan::withMe);
        plan = with(plan, "--unsafe", unsafe, "POST", plan::withUnsafe);
        plan = with(plan, "--logout", logout, "POST", plan::withLogout);
        plan = with(plan, "--login", login, "POST", plan::withLogin);
        plan = blocksThirdPartyCookies ? plan.withThirdPartyCookiesBlocked() : plan;
        plan = stack == null ? plan : plan.withStack(parsedStack(stack));
        if (plan.login().filter(Call::wantsPassword).isPresent()) {
            plan = plan.withLogin(plan.login().get().withPassword(Console.password()));
        }
        return plan;
    }

    private static Plan with(
            Plan plan,
            String option,
            @Nullable String text,
            String method,
            java.util.function.Function<Call, Plan> change) {
        if (text == null) {
            return plan;
        }
        Call call = Call.parse(text, method)
                .orElseThrow(() -> new IllegalArgumentException(
                        option + " is written like 'POST /path {\"json\":\"body\"}' or '/path'"));
        return change.apply(call);
    }

    private Headers parsedHeaders() {
        Headers fields = Headers.NONE;
        for (String text : headers) {
            HeaderLine line = HeaderLine.parse(text)
                    .orElseThrow(() -> new IllegalArgumentException("--header is written like 'X-Tenant: blue'"));
            fields = fields.plus(line.name(), line.value());
        }
        return fields;
    }

    private Credentials parsedCredentials() {
        return switch (credentials) {
            case "include" -> Credentials.INCLUDE;
            case "same-origin" -> Credentials.SAME_ORIGIN;
            case "omit" -> Credentials.OMIT;
            default ->
                throw new IllegalArgumentException(
                        "--credentials is include, same-origin or omit, got '" + credentials + "'");
        };
    }

    private static Stack parsedStack(String name) {
        return Stack.of(name)
                .orElseThrow(() -> new IllegalArgumentException("--stack is one of "
                        + java.util.Arrays.stream(Stack.values())
                                .map(Stack::id)
                                .collect(java.util.stream.Collectors.joining(", "))
                        + ", got '" + name + "'"));
    }

    /** Options that both commands have. */
    static final class Options {
        private Options() {}

        static Profile profile(String name) {
            try {
                return Profile.valueOf(name.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("--browser is chromium, firefox or safari, got '" + name + "'", e);
            }
        }
    }
}
