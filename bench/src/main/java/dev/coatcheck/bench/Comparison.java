package dev.coatcheck.bench;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * All variants side by side: one server process each, alive together, measured in turn, in several rounds. Within a round each
 * is asked in several short turns rather than one long one: a machine that slows down for a second slows all of them down. The
 * order shifts by one from turn to turn, so that nobody always comes first.
 */
final class Comparison {
    private static final int SIGNING_IN = 8;
    /** Longer than a server takes to be at full speed again after all the others had their turn. */
    private static final Duration TURN = Duration.ofMillis(400);

    private final Settings settings;
    private final Progress progress;

    Comparison(Settings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * What is measured and for how long.
     *
     * @param warmUp before the first round, for each variant and operation
     * @param options for the servers' JVMs
     */
    record Settings(
            List<StoreKind> stores,
            int sessions,
            int connections,
            int rounds,
            Duration length,
            Duration warmUp,
            List<String> options) {
        static final Settings DEFAULT = new Settings(
                List.of(StoreKind.values()), 1_000, 16, 7, Duration.ofSeconds(3), Duration.ofSeconds(5), List.of());

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
            int steps = variants().size() * Operation.values().length;
            return warmUp.multipliedBy(steps)
                    .plus(length.multipliedBy(steps).multipliedBy(rounds))
                    .plus(Duration.ofSeconds(3).multipliedBy(variants().size()));
        }
    }

    /** A variant's server, ready to be asked. */
    private record Contender(Variant variant, ServerProcess server, Optional<Cpu> store, Load load) {}

    /**
     * What came of it on this JDK.
     *
     * @param described is told how each store was set up
     */
    Figures on(Jdk jdk, Map<StoreKind, String> described) {
        int steps = settings.variants().size() * Operation.values().length;
        int turns = Operation.values().length * settings.rounds() * settings.turns();
        progress.expect(settings.variants().size() + steps + turns);
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
        Load load = new Load(server.port(), visitors(variant, server.port()), settings.connections());
        return new Contender(variant, server, place.flatMap(StorePlace::cpu), load);
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
        for (Contender contender : contenders) {
            for (Operation operation : Operation.values()) {
                progress.step(java + "warm-up, " + contender.variant().word() + ", " + operation.word());
                measured(contender, operation, settings.warmUp());
            }
        }
        Figures figures = new Figures();
        for (int round = 0; round < settings.rounds(); round++) {
            for (Operation operation : Operation.values()) {
                String where = java + "round " + (round + 1) + " of " + settings.rounds() + ", " + operation.word();
                inTurns(contenders, operation, round, where)
                        .forEach((variant, measured) -> figures.add(variant, operation, measured));
            }
        }
        return figures;
    }

    /** Everybody's round of one operation, in the order of the table, whoever came first. */
    private Map<Variant, Measured> inTurns(List<Contender> contenders, Operation operation, int round, String where) {
        Map<Variant, Measured> sums = new LinkedHashMap<>();
        contenders.forEach(contender -> sums.put(contender.variant(), Measured.NOTHING));
        for (int turn = 0; turn < settings.turns(); turn++) {
            progress.step(where + ", turn " + (turn + 1) + " of " + settings.turns());
            for (int i = 0; i < contenders.size(); i++) {
                Contender contender = contenders.get((i + turn + round) % contenders.size());
                sums.merge(contender.variant(), measured(contender, operation, settings.turn()), Measured::plus);
            }
        }
        for (Contender contender : contenders) {
            if (operation == Operation.WRITE && contender.variant().keepsNotes()) {
                contender.load().look();
            }
        }
        return sums;
    }

    private static Measured measured(Contender contender, Operation operation, Duration length) {
        Cpu server = contender.server().cpu();
        long serverBefore = server.micros();
        long storeBefore = contender.store().map(Cpu::micros).orElse(0L);
        Load.Ran ran = contender.load().run(operation, length);
        return new Measured(
                ran.requests(),
                ran.nanos() / 1e9,
                server.micros() - serverBefore,
                contender.store().map(Cpu::micros).orElse(0L) - storeBefore,
                ran.ownCpuNanos() / 1e3);
    }
}
