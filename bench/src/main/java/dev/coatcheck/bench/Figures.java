package dev.coatcheck.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What was measured on one JDK: for each variant and operation one {@link Measured} a round, in the order of rounds. */
final class Figures {
    private final Map<Variant, Map<Operation, List<Measured>>> rounds = new LinkedHashMap<>();
    private final Map<Variant, Map<Operation, WarmUp.Done>> warmUps = new LinkedHashMap<>();

    /** Of these, in this order. */
    Figures(List<Variant> variants) {
        variants.forEach(variant -> rounds.put(variant, new EnumMap<>(Operation.class)));
    }

    void add(Variant variant, Operation operation, Measured measured) {
        rounds.computeIfAbsent(variant, unused -> new EnumMap<>(Operation.class))
                .computeIfAbsent(operation, unused -> new ArrayList<>())
                .add(measured);
    }

    void warmedUp(Variant variant, Operation operation, WarmUp.Done done) {
        warmUps.computeIfAbsent(variant, unused -> new EnumMap<>(Operation.class))
                .put(operation, done);
    }

    WarmUp.Done warmUp(Variant variant, Operation operation) {
        return warmUps.getOrDefault(variant, Map.of()).getOrDefault(operation, WarmUp.Done.NOTHING);
    }

    /** Those that do this, in the order of the table. */
    List<Variant> variants(Operation operation) {
        return variants().stream().filter(variant -> variant.does(operation)).toList();
    }

    List<Variant> variants() {
        return List.copyOf(rounds.keySet());
    }

    List<Measured> rounds(Variant variant, Operation operation) {
        return rounds.getOrDefault(variant, Map.of()).getOrDefault(operation, List.of());
    }

    Spread spread(Variant variant, Operation operation, ToDoubleFunction<Measured> figure) {
        return Spread.of(
                rounds(variant, operation).stream().map(figure::applyAsDouble).toList());
    }

    /** Of the requests a second of two variants in the same round: what disturbs both disturbs the ratio less. */
    Spread ratio(Variant variant, Variant other, Operation operation) {
        List<Measured> ours = rounds(variant, operation);
        List<Measured> theirs = rounds(other, operation);
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < ours.size(); i++) {
            ratios.add(ours.get(i).perSecond() / theirs.get(i).perSecond());
        }
        return Spread.of(ratios);
    }
}
