package dev.coatcheck.bench;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * All variants side by side: one server process each, alive together, measured in turn, in several rounds. The order shifts by
 * one from round to round, so that nobody always comes first.
 */
final class Comparison {
    private static final int SIGNING_IN = 8;

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
        progress.expect(settings.variants().size() + steps * (settings.rounds() + 1));
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
        // In the order of the table, whoever comes first in a round.
        Figures figures = new Figures();
        for (int round = 0; round < settings.rounds(); round++) {
            Map<Operation, Map<Variant, Measured>> fresh = new EnumMap<>(Operation.class);
            for (Operation operation : Operation.values()) {
                for (int i = 0; i < contenders.size(); i++) {
                    Contender contender = contenders.get((i + round) % contenders.size());
                    progress.step(java + "round " + (round + 1) + " of " + settings.rounds() + ", "
                            + contender.variant().word() + ", " + operation.word());
                    fresh.computeIfAbsent(operation, unused -> new LinkedHashMap<>())
                            .put(contender.variant(), measured(contender, operation, settings.length()));
                }
            }
            for (Contender contender : contenders) {
                fresh.forEach((operation, all) -> figures.add(
                        contender.variant(), operation, Objects.requireNonNull(all.get(contender.variant()))));
            }
        }
        return figures;
    }

    private static Measured measured(Contender contender, Operation operation, Duration length) {
        Cpu server = contender.server().cpu();
        long serverBefore = server.micros();
        long storeBefore = contender.store().map(Cpu::micros).orElse(0L);
        Load.Ran ran = contender.load().run(operation, length);
        double requests = ran.requests();
        Measured measured = new Measured(
                ran.requests(),
                ran.nanos() / 1e9,
                (server.micros() - serverBefore) / requests,
                (contender.store().map(Cpu::micros).orElse(0L) - storeBefore) / requests,
                ran.ownCpuNanos() / 1e3 / requests);
        if (operation == Operation.WRITE && contender.variant().keepsNotes()) {
            contender.load().look();
        }
        return measured;
    }
}
