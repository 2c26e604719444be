package dev.coatcheck.bench;

import dev.coatcheck.bench.Crowded.Question;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A small and a large crowd in the same kind of store, asked in turn, so that the ratio says what the size costs. */
final class Crowding {
    /** How much more a read or a write may take in the large one. */
    private static final double MOST = 1.5;

    private static final Duration SETTLING = Duration.ofMinutes(1);

    private final Settings settings;
    private final Progress progress;

    Crowding(Settings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * How many, and how long at most.
     *
     * @param filling for filling the large one; whoever is in by then is the crowd
     * @param clearing for clearing one of them away
     */
    record Settings(long sessions, long small, int perUser, int rounds, Duration filling, Duration clearing) {
        static final Settings DEFAULT =
                new Settings(1_000_000, 10_000, 20, 7, Duration.ofMinutes(5), Duration.ofMinutes(1));
    }

    /**
     * What one of the two cost.
     *
     * @param micros for each question one figure a round
     */
    record Cost(
            long sessions,
            double bytesEach,
            double filledPerSecond,
            double clearedPerSecond,
            Map<Question, List<Double>> micros) {}

    /** Both, and what the store is. */
    record Outcome(String store, String described, Cost small, Cost large) {
        /** Of the rounds' ratios, the large one's time to the small one's. */
        Spread ratio(Question question) {
            List<Double> ratios = new ArrayList<>();
            List<Double> smalls = small.micros().getOrDefault(question, List.of());
            List<Double> larges = large.micros().getOrDefault(question, List.of());
            for (int i = 0; i < smalls.size(); i++) {
                ratios.add(larges.get(i) / smalls.get(i));
            }
            return Spread.of(ratios);
        }
    }

    /** Measures on this kind of store, in this folder. */
    Outcome on(StoreKind kind, Path folder, Stopping stopping) {
        Room small;
        Room large;
        String described;
        if (kind == StoreKind.REDIS) {
            RedisServer one = stopping.last(RedisServer.start(subfolder(folder, "small")));
            RedisServer other = stopping.last(RedisServer.start(subfolder(folder, "large")));
            small = Room.redis(one, stopping);
            large = Room.redis(other, stopping);
            described = other.described();
        } else {
            DatabaseServer server = stopping.last(DatabaseServer.postgresql(folder));
            small = Room.postgresql(server, "small", stopping);
            large = Room.postgresql(server, "large", stopping);
            described = server.described();
        }
        Instant born = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        Filled few = fill(kind, small, new Crowd(1, settings.perUser(), born), settings.small());
        Filled many = fill(kind, large, new Crowd(2, settings.perUser(), born), settings.sessions());
        Map<Question, List<Double>> fewMicros = new EnumMap<>(Question.class);
        Map<Question, List<Double>> manyMicros = new EnumMap<>(Question.class);
        // The first round warms up, and does not count.
        for (int round = 0; round <= settings.rounds(); round++) {
            for (Question question : Question.values()) {
                progress.step(kind.title() + ", round " + round + " of " + settings.rounds() + ", " + question);
                boolean smallFirst = round % 2 == 0;
                double first = (smallFirst ? few : many).crowded().ask(question);
                double second = (smallFirst ? many : few).crowded().ask(question);
                if (round > 0) {
                    fewMicros
                            .computeIfAbsent(question, unused -> new ArrayList<>())
                            .add(smallFirst ? first : second);
                    manyMicros
                            .computeIfAbsent(question, unused -> new ArrayList<>())
                            .add(smallFirst ? second : first);
                }
            }
        }
        progress.step(kind.title() + ", clearing " + few.crowded().sessions());
        double fewCleared = small.clear(few.crowded(), settings.clearing());
        progress.step(kind.title() + ", clearing " + many.crowded().sessions());
        double manyCleared = large.clear(many.crowded(), settings.clearing());
        return new Outcome(
                kind.title(), described, few.cost(fewCleared, fewMicros), many.cost(manyCleared, manyMicros));
    }

    private record Filled(Crowded crowded, double bytesEach, double perSecond) {
        Cost cost(double cleared, Map<Question, List<Double>> micros) {
            return new Cost(crowded.sessions(), bytesEach, perSecond, cleared, micros);
        }
    }

    private Filled fill(StoreKind kind, Room room, Crowd crowd, long most) {
        progress.step(kind.title() + ", filling");
        double before = room.bytes();
        Crowded crowded = new Crowded(room.store(), crowd);
        long began = System.nanoTime();
        long sessions = crowded.load(
                most,
                settings.filling(),
                done -> progress.say(String.format(Locale.ROOT, "%s, filling: %,d of %,d", kind.title(), done, most)));
        double seconds = (System.nanoTime() - began) / 1e9;
        if (sessions == 0) {
            throw CannotMeasureException.because(kind.title() + " took no session in time.", "Give it more --minutes.");
        }
        room.settle(SETTLING);
        return new Filled(crowded, (room.bytes() - before) / sessions, sessions / seconds);
    }

    private static Path subfolder(Path folder, String name) {
        return new Folder(folder).sub(name);
    }

    /** For a terminal. */
    static String table(List<Outcome> outcomes) {
        StringBuilder text = new StringBuilder();
        for (Outcome outcome : outcomes) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-34s %12s %12s  %-20s %s%n",
                    outcome.store() + ", sessions:",
                    String.format(Locale.ROOT, "%,d", outcome.small().sessions()),
                    String.format(Locale.ROOT, "%,d", outcome.large().sessions()),
                    "ratio (least-most)",
                    "goal"));
            for (Question question : Question.values()) {
                Spread ratio = outcome.ratio(question);
                boolean hasGoal = question == Question.READ || question == Question.WRITE;
                text.append(String.format(
                        Locale.ROOT,
                        "  %-32s %12.1f %12.1f  %-20s %s%n",
                        question.title + ", µs",
                        Spread.of(outcome.small().micros().getOrDefault(question, List.of()))
                                .median(),
                        Spread.of(outcome.large().micros().getOrDefault(question, List.of()))
                                .median(),
                        String.format(Locale.ROOT, "%.2f (%.2f-%.2f)", ratio.median(), ratio.least(), ratio.most()),
                        !hasGoal ? "" : "at most 1.5: " + (ratio.median() <= MOST ? "reached" : "NOT reached")));
            }
            row(
                    text,
                    "bytes a session, with indexes",
                    outcome.small().bytesEach(),
                    outcome.large().bytesEach());
            row(
                    text,
                    "signed in a second",
                    outcome.small().filledPerSecond(),
                    outcome.large().filledPerSecond());
            row(
                    text,
                    "cleared away a second",
                    outcome.small().clearedPerSecond(),
                    outcome.large().clearedPerSecond());
            text.append(System.lineSeparator());
        }
        return text.toString();
    }

    private static void row(StringBuilder text, String title, double small, double large) {
        text.append(String.format(Locale.ROOT, "  %-32s %12.0f %12.0f  %.2f%n", title, small, large, large / small));
    }

    /** Everything, every round of it. */
    static Map<String, Object> members(Outcome outcome) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("store", outcome.store());
        members.put("server", outcome.described());
        members.put("small", members(outcome.small()));
        members.put("large", members(outcome.large()));
        Map<String, Object> ratios = new LinkedHashMap<>();
        for (Question question : Question.values()) {
            ratios.put(
                    question.name().toLowerCase(Locale.ROOT),
                    outcome.ratio(question).members());
        }
        members.put("ratios", ratios);
        return members;
    }

    private static Map<String, Object> members(Cost cost) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("sessions", cost.sessions());
        members.put("bytesEach", cost.bytesEach());
        members.put("signedInPerSecond", cost.filledPerSecond());
        members.put("clearedPerSecond", cost.clearedPerSecond());
        Map<String, Object> micros = new LinkedHashMap<>();
        cost.micros().forEach((question, rounds) -> micros.put(question.name().toLowerCase(Locale.ROOT), rounds));
        members.put("micros", micros);
        return members;
    }
}
