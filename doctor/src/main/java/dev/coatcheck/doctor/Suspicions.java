package dev.coatcheck.doctor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Suspicions in the order of the story, each code once: where it showed first. */
final class Suspicions {
    private final List<Suspicion> all = new ArrayList<>();

    void add(Suspicion suspicion) {
        if (!contains(suspicion.code())) {
            all.add(suspicion);
        }
    }

    boolean contains(FindingCode code) {
        return all.stream().anyMatch(suspicion -> suspicion.code() == code);
    }

    boolean anyBreaks() {
        return all.stream().anyMatch(suspicion -> suspicion.weight() == Weight.BREAKS);
    }

    /** Heaviest first, the story's order within one weight. */
    List<Suspicion> sorted() {
        return all.stream().sorted(Comparator.comparing(Suspicion::weight)).toList();
    }
}
