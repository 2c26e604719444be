package dev.coatcheck.doctor;

import dev.coatcheck.browser.Decision;
import dev.coatcheck.browser.Rule;
import dev.coatcheck.browser.Step;
import dev.coatcheck.site.Origin;
import java.util.Optional;

/** Did the browser keep the cookie, and did it send it? */
final class CookieChecks {
    private final Visit visit;
    private final Suspicions found;

    CookieChecks(Visit visit, Suspicions found) {
        this.visit = visit;
        this.found = found;
    }

    /** Looks at the cookies that an answer set. */
    void examineStoring(Act act, boolean holdsAnyway) {
        for (Decision decision : act.outcome().decisions(Step.STORE_COOKIE)) {
            if (decision.preflight() || decision.allowed()) {
                continue;
            }
            codeOf(decision.rule(), act.url()).ifPresent(code -> {
                Suspicion suspicion = Suspicion.of(code, act, decision).word("cookie", decision.subject());
                found.add(holdsAnyway ? suspicion.weighing(Weight.HINDERS) : suspicion);
            });
        }
    }

    /** Looks at the cookies that were stored and not sent; whether there were any. */
    boolean examineSending(Act act) {
        boolean any = false;
        for (Decision decision : act.outcome().decisions(Step.ATTACH_COOKIE)) {
            boolean isSession = visit.sessionCookies().stream()
                    .anyMatch(cookie -> cookie.name().equals(decision.subject()));
            if (decision.preflight() || decision.allowed() || !isSession) {
                continue;
            }
            Optional<FindingCode> code = codeOf(decision.rule(), act.url());
            code.ifPresent(c -> found.add(Suspicion.of(c, act, decision).word("cookie", decision.subject())));
            any |= code.isPresent();
        }
        return any;
    }

    /** What a rule against a cookie means for the people who have the cookie. */
    Optional<FindingCode> codeOf(Rule rule, String url) {
        return switch (rule) {
            case COOKIE_CREDENTIALS_OMITTED -> Optional.of(FindingCode.FETCH_WITHOUT_CREDENTIALS);
            case COOKIE_NONE_WITHOUT_SECURE -> Optional.of(FindingCode.COOKIE_SAMESITE_NONE_INSECURE);
            case COOKIE_SECURE_ONLY -> Optional.of(FindingCode.COOKIE_SECURE_ON_HTTP);
            case COOKIE_DOMAIN_MISMATCH -> Optional.of(FindingCode.COOKIE_DOMAIN_MISMATCH);
            case COOKIE_PUBLIC_SUFFIX -> Optional.of(FindingCode.COOKIE_DOMAIN_PUBLIC_SUFFIX);
            case COOKIE_PREFIX -> Optional.of(FindingCode.COOKIE_PREFIX_BROKEN);
            case COOKIE_PARTITIONED_WITHOUT_SECURE -> Optional.of(FindingCode.COOKIE_PARTITIONED_INSECURE);
            case COOKIE_EMPTY, COOKIE_CONTROL_CHARACTER, COOKIE_NAMELESS_PREFIX ->
                Optional.of(FindingCode.COOKIE_MALFORMED);
            case COOKIE_TOO_BIG -> Optional.of(FindingCode.COOKIE_TOO_BIG);
            case COOKIE_SAME_SITE_STRICT, COOKIE_SAME_SITE_LAX ->
                Optional.of(acrossSites(url, FindingCode.COOKIE_SAMESITE_CROSS_SITE));
            case COOKIE_SAME_SITE_DEFAULT -> Optional.of(acrossSites(url, FindingCode.COOKIE_SAMESITE_MISSING));
            case COOKIE_THIRD_PARTY, COOKIE_TRACKING_PREVENTION, COOKIE_OTHER_PARTITION ->
                Optional.of(acrossSites(url, FindingCode.COOKIE_THIRD_PARTY));
            case COOKIE_PATH_MISMATCH -> Optional.of(FindingCode.COOKIE_PATH_MISMATCH);
            case COOKIE_HOST_MISMATCH -> Optional.of(FindingCode.COOKIE_HOST_MISMATCH);
            case COOKIE_LEAVES_SECURE_ALONE, COOKIE_LEAVES_HTTP_ONLY_ALONE, COOKIE_HTTP_ONLY, COOKIE_EVICTED ->
                Optional.of(FindingCode.COOKIE_REFUSED);
            default -> Optional.empty();
        };
    }

    private FindingCode acrossSites(String url, FindingCode otherwise) {
        Places places = new Places(
                visit.plan().app(), Origin.ofUrl(url).orElse(visit.plan().apiOrigin()));
        if (places.mixLoopbackNames()
                && !places.app().host().endsWith(".localhost")
                && !places.api().host().endsWith(".localhost")) {
            return FindingCode.LOCALHOST_VS_127;
        }
        return places.differInSchemeOnly() ? FindingCode.COOKIE_CROSS_SCHEME : otherwise;
    }
}
