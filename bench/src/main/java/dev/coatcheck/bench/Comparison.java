package dev.coatcheck.bench;

import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * All variants side by side: one server process each, alive together, measured in turn, in several rounds. Within a round each
 * is asked in several short turns rather than one long one: a machine that slows down for a second slows all of them down. The
 * order shifts by one from turn to turn, so that nobody always comes first.
 */
final class Comparison {
    private static final int SIGNING_IN = 8;
    /** Longer than a server takes to be at full speed again after all the others had their turn. */
    private static final Duration TURN = Duration.ofMillis(400);
    /** Of a request of any kind, on some machine. */
    private static final Duration EACH_ABOUT = Duration.ofNanos(80_000);

    private final Settings settings;
    private final Progress progress;

    Comparison(Settings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * What is measured and for how long.
     *
     * @param length for one variant and operation in one round
     * @param warmUp before the first round
     * @param options for the servers' JVMs
     */
    record Settings(
            List<StoreKind> stores,
            int sessions,
            int connections,
            int rounds,
            Duration length,
            WarmUp warmUp,
            List<String> options) {
        static final Settings DEFAULT = new Settings(
                List.of(StoreKind.values()), 1_000, 16, 7, Duration.ofSeconds(3), WarmUp.DEFAULT, List.of());

        Settings {
            stores = List.copyOf(stores);
            options = List.copyOf(options);
        }

        List<Variant> variants() {
            return Variant.of(stores);
        }

        /** In how many turns a variant is asked in a round. */
        int turns() {
            return (int) Math.max(1, length.dividedBy(TURN));
        }

        Duration turn() {
            return length.dividedBy(turns());
        }

        /** About so long it takes on one JDK. */
        Duration expected() {
            Duration warming = EACH_ABOUT.multipliedBy(warmUp.requests());
            return (warming.compareTo(warmUp.atMost()) < 0 ? warming : warmUp.atMost())
                    .plus(length.multipliedBy(rounds))
                    .multipliedBy(steps())
                    .plus(Duration.ofSeconds(3).multipliedBy(variants().size()));
        }

        /** In one round. */
        int steps() {
            return Arrays.stream(Operation.values())
                    .mapToInt(operation -> (int) variants().stream()
                            .filter(variant -> variant.does(operation))
                            .count())
                    .sum();
        }
    }

    /** A variant's server, ready to be asked. */
    private record Contender(Variant variant, ServerProcess server, Optional<StorePlace> place, Load load) {
        long storeMicros() {
            return place.flatMap(StorePlace::cpu).map(Cpu::micros).orElse(0L);
        }

        /** What the server and its store said last, and whether the machine had more to do than this. */
        String around() {
            StringBuilder text = new StringBuilder();
            text.append(String.format(
                    Locale.ROOT,
                    "The machine: %d processors, a load average of %.1f.",
                    Runtime.getRuntime().availableProcessors(),
                    Machine.loadAverage()));
            text.append(Folder.endOf(server.log()));
            place.flatMap(StorePlace::log).map(Folder::endOf).ifPresent(text::append);
            return text.toString();
        }
    }

    /**
     * What came of it on this JDK.
     *
     * @param described is told how each store was set up
     */
    Figures on(Jdk jdk, Map<StoreKind, String> described) {
        int turns = Operation.values().length * settings.rounds() * settings.turns();
        progress.expect((1 + WarmUp.TURNS) * settings.variants().size() + turns);
        try (Stopping stopping = new Stopping()) {
            Folder folder = stopping.last(Folder.create());
            Map<StoreKind, StorePlace> places = new EnumMap<>(StoreKind.class);
            for (StoreKind kind : settings.stores()) {
                progress.say("starting " + kind.title());
                StorePlace place = stopping.last(StorePlace.start(kind, folder.sub(kind.word())));
                places.put(kind, place);
                described.put(kind, place.described());
            }
            List<Contender> contenders = new ArrayList<>();
            for (Variant variant : settings.variants()) {
                progress.step("Java " + jdk.version() + ", " + variant.word() + ": starting, signing in");
                contenders.add(contender(jdk, variant, places, folder.path(), stopping));
            }
            return measure(jdk, contenders);
        }
    }

    private Contender contender(
            Jdk jdk, Variant variant, Map<StoreKind, StorePlace> places, Path folder, Stopping stopping) {
        Optional<StorePlace> place = variant.store().map(places::get);
        String url = place.map(store -> store.url(variant)).orElse("-");
        ServerProcess server = stopping.last(ServerProcess.start(
                new ServerProcess.Plan(jdk, settings.options(), variant, url, settings.sessions()), folder));
        Contender arriving = new Contender(variant, server, place, new Load(server.port(), List.of(), 1));
        List<Visitor> visitors = telling(arriving, "signing in", () -> visitors(variant, server.port()));
        return new Contender(variant, server, place, new Load(server.port(), visitors, settings.connections()));
    }

    /** With a failure goes what is needed to understand it: the files that say it are gone with the run. */
    private static <T> T telling(Contender contender, String doing, Supplier<T> work) {
        try {
            return work.get();
        } catch (WrongAnswerException | UncheckedIOException e) {
            throw WrongAnswerException.met(contender.variant().word() + ", " + doing, e, contender.around());
        }
    }

    private List<Visitor> visitors(Variant variant, int port) {
        HttpClient http =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
        ExecutorService threads = Executors.newFixedThreadPool(SIGNING_IN);
        try {
            List<Future<Visitor>> arriving = new ArrayList<>();
            for (int i = 0; i < settings.sessions(); i++) {
                String name = Note.name(i);
                Callable<Visitor> arrival =
                        () -> variant.hasSessions() ? Visitor.signedIn(http, name, port) : Visitor.known(name, port);
                arriving.add(threads.submit(arrival));
            }
            List<Visitor> visitors = new ArrayList<>();
            for (Future<Visitor> visitor : arriving) {
                visitors.add(visitor.get());
            }
            return visitors;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CannotMeasureException.because("Interrupted.", "Start again.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof WrongAnswerException wrong) {
                throw wrong;
            }
            throw CannotMeasureException.because(variant.word() + ": a sign-in failed: " + e.getCause() + ".", "", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private Figures measure(Jdk jdk, List<Contender> contenders) {
        String java = "Java " + jdk.version() + ", ";
        Figures figures = new Figures(settings.variants());
        // By turns, as in the rounds: while others are asked, a server compiles what it has been told is worth it.
        for (int turn = 0; turn < WarmUp.TURNS; turn++) {
            for (Contender contender : contenders) {
                String which = "warm-up " + (turn + 1) + " of " + WarmUp.TURNS;
                progress.step(java + which + ", " + contender.variant().word());
                warmUp(contender, turn, which, figures);
            }
        }
        for (int round = 0; round < settings.rounds(); round++) {
            for (Operation operation : Operation.values()) {
                String which = "round " + (round + 1) + " of " + settings.rounds() + ", " + operation.word();
                inTurns(contenders, operation, round, java, which)
                        .forEach((variant, measured) -> figures.add(variant, operation, measured));
            }
        }
        return figures;
    }

    /** Everybody's round of one operation, in the order of the table, whoever came first. */
    private Map<Variant, Measured> inTurns(
            List<Contender> all, Operation operation, int round, String java, String which) {
        List<Contender> contenders = all.stream()
                .filter(contender -> contender.variant().does(operation))
                .toList();
        Map<Variant, Measured> sums = new LinkedHashMap<>();
        contenders.forEach(contender -> sums.put(contender.variant(), Measured.NOTHING));
        for (int turn = 0; turn < settings.turns(); turn++) {
            progress.step(java + which + ", turn " + (turn + 1) + " of " + settings.turns());
            for (int i = 0; i < contenders.size(); i++) {
                Contender contender = contenders.get((i + turn + round) % contenders.size());
                Measured more = telling(contender, which, () -> measured(contender, operation, settings.turn()));
                sums.merge(contender.variant(), more, Measured::plus);
            }
        }
        if (operation == Operation.WRITE) {
            contenders.forEach(contender -> telling(contender, which, () -> look(contender)));
        }
        return sums;
    }

    /** By both operations, also where only one is measured: as many requests for everybody. */
    private void warmUp(Contender contender, int turn, String which, Figures figures) {
        for (Operation operation : Operation.values()) {
            WarmUp.Done done = figures.warmUp(contender.variant(), operation);
            long due = settings.warmUp().due(turn, done);
            Duration left = settings.warmUp().left(done);
            if (due > 0 && left.compareTo(Duration.ZERO) > 0) {
                Load.Ran ran = telling(
                        contender,
                        which + ", " + operation.word(),
                        () -> contender.load().run(operation, due, left));
                figures.warmedUp(contender.variant(), operation, done.and(ran));
            }
        }
        if (turn == WarmUp.TURNS - 1) {
            telling(contender, which, () -> look(contender));
        }
    }

    private static Measured measured(Contender contender, Operation operation, Duration length) {
        Cpu server = contender.server().cpu();
        long serverBefore = server.micros();
        long compilerBefore = server.compilerMicros();
        long storeBefore = contender.storeMicros();
        Load.Ran ran = contender.load().run(operation, length);
        return new Measured(
                ran.requests(),
                ran.nanos() / 1e9,
                server.micros() - serverBefore,
                Math.max(0, server.compilerMicros() - compilerBefore),
                contender.storeMicros() - storeBefore,
                ran.ownCpuNanos() / 1e3);
    }

    /** Whether what was acknowledged is there. */
    private static long look(Contender contender) {
        return contender.variant().keepsNotes() ? contender.load().look() : 0;
    }
}
