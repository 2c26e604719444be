package dev.coatcheck.bench;

import dev.coatcheck.json.JsonDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench/million}: what a million sessions cost beside ten thousand. */
@Command(
        name = "million",
        description = {
            "A million sessions of 50,000 users in Redis and PostgreSQL beside 10,000: bytes a session, one read, one"
                    + " write, listing and ending one user's 20, and how fast all of it is cleared away.",
            "Filled and asked through the stores themselves, without HTTP; one thing after the other, in interleaved"
                    + " rounds. Every answer is checked, and a wrong one ends the run.",
            ""
        },
        sortOptions = false)
final class MillionCommand implements Callable<Integer> {
    private static final Crowding.Settings DEFAULT = Crowding.Settings.DEFAULT;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--stores",
            split = ",",
            paramLabel = "STORE",
            description = "redis, postgresql or both, with a comma between; default: both.")
    private List<String> stores = List.of("redis", "postgresql");

    @Option(names = "--sessions", paramLabel = "N", description = "In the large store; default: ${DEFAULT-VALUE}.")
    private long sessions = DEFAULT.sessions();

    @Option(names = "--small", paramLabel = "N", description = "In the small one; default: ${DEFAULT-VALUE}.")
    private long small = DEFAULT.small();

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds; default: ${DEFAULT-VALUE}.")
    private int rounds = DEFAULT.rounds();

    @Option(
            names = "--minutes",
            paramLabel = "M",
            description =
                    "For filling the large store at most; whoever is in by then is counted, and the table says how"
                            + " many. Default: ${DEFAULT-VALUE}.")
    private double minutes = DEFAULT.filling().toMinutes();

    @Option(names = "--json", paramLabel = "FILE", description = "Write every round here too.")
    private Optional<Path> json = Optional.empty();

    @Override
    public Integer call() throws IOException {
        Crowding.Settings settings = settings();
        List<StoreKind> kinds = stores.stream().distinct().map(this::kind).toList();
        Map<String, Object> about = Machine.described(Instant.now());
        Progress progress = Progress.ofProcess();
        List<Crowding.Outcome> outcomes = new ArrayList<>();
        try {
            for (StoreKind kind : kinds) {
                progress.expect(4 + (rounds + 1) * Crowded.Question.values().length);
                try (Stopping stopping = new Stopping()) {
                    Folder folder = stopping.last(Folder.create());
                    outcomes.add(new Crowding(settings, progress).on(kind, folder.path(), stopping));
                }
            }
        } finally {
            progress.clear();
        }
        spec.commandLine().getOut().print(Crowding.table(outcomes));
        spec.commandLine().getOut().flush();
        if (json.isPresent()) {
            about.put("java", System.getProperty("java.version"));
            about.put("loadAverageAfter", Machine.loadAverage());
            about.put("results", outcomes.stream().map(Crowding::members).toList());
            Files.writeString(json.get(), JsonDocument.text(about) + "\n");
        }
        return Main.DONE;
    }

    /** Ending all of some users' sessions must leave enough to read. */
    private Crowding.Settings settings() {
        long ended = (rounds + 1L) * Crowded.Question.END_ALL.times * DEFAULT.perUser();
        if (rounds < 1 || minutes <= 0 || small < 2 * ended || sessions < small) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Rounds and minutes are above 0, the small store has at least " + 2 * Math.max(0, ended)
                            + " sessions for so many rounds, and the large one no fewer.");
        }
        return new Crowding.Settings(
                sessions,
                small,
                DEFAULT.perUser(),
                rounds,
                Duration.ofMillis((long) (minutes * 60_000)),
                DEFAULT.clearing());
    }

    private StoreKind kind(String word) {
        return switch (word) {
            case "redis" -> StoreKind.REDIS;
            case "postgresql" -> StoreKind.POSTGRESQL;
            default ->
                throw new ParameterException(
                        spec.commandLine(), "A million sessions are kept in redis or postgresql, not in " + word + ".");
        };
    }
}
