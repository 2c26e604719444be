package dev.coatcheck.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench/run}: requests a second and CPU time a request, beside the same server without the session layer. */
@Command(
        name = "run",
        description = {
            "Authenticated reads and writes per second and CPU time per request on each store, beside the same Jetty"
                    + " server without a session layer and beside that server doing one bare call to the same store.",
            "All servers are alive together and measured in turn, in several rounds; a wrong answer ends the run.",
            ""
        },
        sortOptions = false)
final class RunCommand implements Callable<Integer> {
    private static final Comparison.Settings DEFAULT = Comparison.Settings.DEFAULT;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--stores",
            split = ",",
            paramLabel = "STORE",
            description = "Of memory, sqlite, redis, postgresql, mariadb, with commas between; default: all.")
    private List<String> stores = DEFAULT.stores().stream().map(StoreKind::word).toList();

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds; default: ${DEFAULT-VALUE}.")
    private int rounds = DEFAULT.rounds();

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "For one variant and operation in one round; default: ${DEFAULT-VALUE}.")
    private double seconds = DEFAULT.length().toSeconds();

    @Option(
            names = "--warm-up-requests",
            paramLabel = "N",
            description = "For each variant and operation before the first round; default: ${DEFAULT-VALUE}.")
    private long warmUpRequests = DEFAULT.warmUp().requests();

    @Option(
            names = "--warm-up-at-most",
            paramLabel = "S",
            description =
                    "Seconds after which a variant's warm-up for an operation ends in any case; the report says whom"
                            + " that met. Default: ${DEFAULT-VALUE}.")
    private double warmUpAtMost = DEFAULT.warmUp().atMost().toSeconds();

    @Option(names = "--sessions", paramLabel = "N", description = "Signed-in people; default: ${DEFAULT-VALUE}.")
    private int sessions = DEFAULT.sessions();

    @Option(
            names = "--connections",
            paramLabel = "N",
            description = "Connections that ask at the same time; default: ${DEFAULT-VALUE}.")
    private int connections = DEFAULT.connections();

    @Option(
            names = "--jdk",
            paramLabel = "PATH",
            description = "A JDK for the servers; may be given several times; default: the one that runs this.")
    private List<Path> jdks = List.of();

    @Option(
            names = "--jvm",
            paramLabel = "OPTION",
            description = "For the servers' JVMs; may be given several times. To profile:"
                    + " --jvm=-XX:StartFlightRecording=filename=/tmp/{variant}.jfr")
    private List<String> options = List.of();

    @Option(names = "--json", paramLabel = "FILE", description = "Write every round here too.")
    private Optional<Path> json = Optional.empty();

    @Override
    public Integer call() throws IOException {
        Comparison.Settings settings = settings();
        List<Jdk> javas = jdks.isEmpty()
                ? List.of(Jdk.running())
                : jdks.stream().map(Jdk::at).toList();
        Map<String, Object> about = Machine.described(Instant.now());
        Map<StoreKind, String> places = new EnumMap<>(StoreKind.class);
        RunReport report = new RunReport(about, settings);
        Progress progress = Progress.ofProcess();
        spec.commandLine()
                .getErr()
                .printf(
                        "%d servers, %d rounds: about %d minutes for each of %d JDK(s).%n",
                        settings.variants().size(),
                        rounds,
                        settings.expected().plusSeconds(59).toMinutes(),
                        javas.size());
        try {
            for (Jdk jdk : javas) {
                report.add(jdk.version(), new Comparison(settings, progress).on(jdk, places));
            }
        } finally {
            progress.clear();
        }
        Map<String, String> described = new LinkedHashMap<>();
        places.forEach((kind, text) -> described.put(kind.word(), text));
        about.put("stores", described);
        about.put("loadAverageAfter", Machine.loadAverage());
        spec.commandLine().getOut().print(report.table());
        spec.commandLine().getOut().flush();
        if (json.isPresent()) {
            Files.writeString(json.get(), report.json() + "\n");
        }
        return Main.DONE;
    }

    private Comparison.Settings settings() {
        List<StoreKind> kinds = stores.stream().distinct().map(this::kind).toList();
        boolean fits = rounds >= 1 && seconds > 0 && sessions >= 1 && sessions <= 100_000;
        boolean warms = warmUpRequests >= 0 && warmUpAtMost > 0;
        if (!fits || !warms || connections < 1 || connections > 1_000) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Rounds, seconds, sessions (up to 100000) and connections (up to 1000) are numbers above 0,"
                            + " and a warm-up has no less than 0 requests, and above 0 seconds at most.");
        }
        return new Comparison.Settings(
                kinds,
                sessions,
                connections,
                rounds,
                Duration.ofMillis((long) (seconds * 1_000)),
                new WarmUp(warmUpRequests, Duration.ofMillis((long) (warmUpAtMost * 1_000))),
                options);
    }

    private StoreKind kind(String word) {
        return Arrays.stream(StoreKind.values())
                .filter(kind -> kind.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "There is no store " + word + ": write "
                                + String.join(
                                        ", ",
                                        Arrays.stream(StoreKind.values())
                                                .map(StoreKind::word)
                                                .toList())
                                + "."));
    }
}
