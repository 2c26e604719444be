package dev.coatcheck.doctor;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads a {@link Visit} and says what is wrong with it: first what breaks the sign-in, in the order of the story. Does no I/O. */
final class Diagnosis {
    private static final Set<FindingCode> ONE_ORIGIN_HELPS = EnumSet.of(
            FindingCode.LOCALHOST_VS_127,
            FindingCode.MIXED_CONTENT,
            FindingCode.COOKIE_SECURE_ON_HTTP,
            FindingCode.COOKIE_SAMESITE_CROSS_SITE,
            FindingCode.COOKIE_SAMESITE_MISSING,
            FindingCode.COOKIE_CROSS_SCHEME,
            FindingCode.COOKIE_THIRD_PARTY,
            FindingCode.COOKIE_DOMAIN_MISMATCH);

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
        boolean holds =
                visit.act(Scene.SECOND_REQUEST).filter(visit::isSignedIn).isPresent();
        for (Act act : visit.acts()) {
            reading.examine(act);
            if (!visit.sanitised()) {
                cookies.examineStoring(act, holds);
                cookiesLeftOut(act);
                session.examine(act);
            }
        }
        new SecurityChecks(visit, found).examine();
        new OtherBrowsers(visit).examine(found);
        sanitised();
        return found.sorted().stream()
                .map(suspicion -> finding(suspicion, stack))
                .toList();
    }

    private void cookiesLeftOut(Act act) {
        if (act.bare()) {
            found.add(Suspicion.of(
                            FindingCode.FETCH_WITHOUT_CREDENTIALS,
                            act,
                            "the browser held cookies for this request and sent none")
                    .seen("no Cookie header; credentials would have sent "
                            + String.join(", ", act.outcome().sentCookies()))
                    .needed("credentials: include"));
        }
    }

    private void sanitised() {
        if (visit.sanitised()) {
            visit.acts().stream()
                    .findFirst()
                    .ifPresent(act -> found.add(Suspicion.of(
                            FindingCode.RECORDING_SANITISED,
                            act,
                            "no request holds a Cookie, and no answer a Set-Cookie")));
        }
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
                cure(suspicion, stack));
    }

    private Cure cure(Suspicion suspicion, Stack stack) {
        Places places = new Places(visit.plan().app(), visit.plan().apiOrigin());
        Cure cure = Cures.of(suspicion.code(), stack, places.sameSite(), words(suspicion));
        return places.isDevelopment() && ONE_ORIGIN_HELPS.contains(suspicion.code())
                ? new Cure(
                        cure.stack(),
                        cure.says() + " For development there is also: coatcheck dev --app "
                                + visit.plan().app() + " --api " + visit.plan().apiOrigin()
                                + ", which puts both behind one origin.",
                        cure.place(),
                        cure.lines())
                : cure;
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
