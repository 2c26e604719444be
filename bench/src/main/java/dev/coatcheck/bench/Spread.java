package dev.coatcheck.bench;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A median, the quartiles around it, and the extremes.
 *
 * @param low a quarter of the values lies below
 * @param high a quarter of the values lies above
 */
record Spread(double median, double low, double high, double least, double most) {
    /** Of these. @throws IllegalArgumentException when there are none */
    static Spread of(Collection<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        if (sorted.length == 0) {
            throw new IllegalArgumentException("nothing was measured");
        }
        return new Spread(at(sorted, 0.5), at(sorted, 0.25), at(sorted, 0.75), sorted[0], sorted[sorted.length - 1]);
    }

    private static double at(double[] sorted, double part) {
        double place = part * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("median", median);
        members.put("quartiles", List.of(low, high));
        members.put("extremes", List.of(least, most));
        return members;
    }
}
