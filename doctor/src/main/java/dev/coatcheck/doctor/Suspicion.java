package dev.coatcheck.doctor;

import dev.coatcheck.browser.Decision;
import java.util.Map;
import java.util.Optional;

/** A finding before its cure is written: what was seen, where, and the words that the cure needs. */
record Suspicion(
        FindingCode code,
        Weight weight,
        String step,
        String request,
        String detail,
        String standard,
        Optional<String> seen,
        Optional<String> needed,
        Map<String, String> words) {

    static Suspicion of(FindingCode code, Act act, String detail) {
        return new Suspicion(
                code,
                code.weight(),
                act.scene().title(),
                act.method() + " " + act.url(),
                detail,
                code.standard(),
                Optional.empty(),
                Optional.empty(),
                Map.of());
    }

    static Suspicion of(FindingCode code, Raw raw, String detail) {
        return new Suspicion(
                code,
                code.weight(),
                raw.scene().title(),
                raw.method() + " " + raw.url(),
                detail,
                code.standard(),
                Optional.empty(),
                Optional.empty(),
                Map.of());
    }

    /** What the browser decided, in its own words. */
    static Suspicion of(FindingCode code, Act act, Decision decision) {
        return of(code, act, decision.rule().says())
                .by(decision.standard())
                .seen(decision.seen())
                .needed(decision.needed());
    }

    Suspicion by(String rule) {
        return new Suspicion(code, weight, step, request, detail, rule, seen, needed, words);
    }

    Suspicion weighing(Weight other) {
        return new Suspicion(code, other, step, request, detail, standard, seen, needed, words);
    }

    Suspicion seen(Optional<String> what) {
        return new Suspicion(code, weight, step, request, detail, standard, what, needed, words);
    }

    Suspicion seen(String what) {
        return seen(Optional.of(what));
    }

    Suspicion needed(Optional<String> what) {
        return new Suspicion(code, weight, step, request, detail, standard, seen, what, words);
    }

    Suspicion needed(String what) {
        return needed(Optional.of(what));
    }

    Suspicion word(String name, String value) {
        Map<String, String> more = new java.util.HashMap<>(words);
        more.put(name, value);
        return new Suspicion(code, weight, step, request, detail, standard, seen, needed, Map.copyOf(more));
    }
}
