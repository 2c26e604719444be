package dev.coatcheck.doctor;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads a {@link Visit} and says what is wrong with it: first what breaks the sign-in, in the order of the story. Does no I/O. */
final class Diagnosis {
    private final Visit visit;
    private final Suspicions found = new Suspicions();

    private Diagnosis(Visit visit) {
        this.visit = visit;
    }

    static List<Finding> of(Visit visit, Stack stack) {
        return new Diagnosis(visit).examine(stack);
    }

    private List<Finding> examine(Stack stack) {
        ReadingChecks reading = new ReadingChecks(visit, found);
        CookieChecks cookies = new CookieChecks(visit, found);
        SessionChecks session = new SessionChecks(visit, found, cookies);
        boolean holds = visit.act(Scene.SECOND_REQUEST).filter(visit::isSignedIn).isPresent();
        for (Act act : visit.acts()) {
            reading.examine(act);
            cookies.examineStoring(act, holds);
            session.examine(act);
        }
        new SecurityChecks(visit, found).examine();
        return found.sorted().stream().map(suspicion -> finding(suspicion, stack)).toList();
    }

    private Finding finding(Suspicion suspicion, Stack stack) {
        return new Finding(
                suspicion.code(),
                suspicion.weight(),
                suspicion.step(),
                SecurityChecks.withoutTokens(suspicion.request()),
                suspicion.detail(),
                suspicion.standard(),
                suspicion.seen(),
                suspicion.needed(),
                Cures.of(suspicion.code(), stack, words(suspicion)));
    }

    private Map<String, String> words(Suspicion suspicion) {
        Plan plan = visit.plan();
        Map<String, String> words = new HashMap<>();
        words.put("app", plan.app().toString());
        words.put("app-host", plan.app().host());
        words.put("api", plan.apiOrigin().toString());
        words.put("api-host", plan.apiOrigin().host());
        words.put("site", Places.registrable(plan.apiOrigin()));
        words.put("csrf-header", visit.token().map(CsrfToken::header).orElse("X-CSRF-Token"));
        words.put("cookie", "the session cookie");
        words.put("method", "the method");
        words.put("header", "the header");
        words.put("location", "the final URL");
        words.putAll(suspicion.words());
        return words;
    }
}
