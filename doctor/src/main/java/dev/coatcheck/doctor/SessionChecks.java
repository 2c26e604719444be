package dev.coatcheck.doctor;

import dev.coatcheck.browser.Decision;
import dev.coatcheck.browser.NetworkResponse;
import dev.coatcheck.browser.Rule;
import dev.coatcheck.browser.Step;
import dev.coatcheck.browser.StoredCookie;
import dev.coatcheck.site.CookieHeader;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Did the sign-in succeed, is the session recognised, can it change something, and does it end? */
final class SessionChecks {
    private static final Pattern CSRF_WORDS =
            Pattern.compile("csrf|xsrf|anti-?forgery|page expired", Pattern.CASE_INSENSITIVE);

    private final Visit visit;
    private final Suspicions found;
    private final CookieChecks cookies;

    SessionChecks(Visit visit, Suspicions found, CookieChecks cookies) {
        this.visit = visit;
        this.found = found;
        this.cookies = cookies;
    }

    void examine(Act act) {
        switch (act.scene()) {
            case SIGN_IN -> signIn(act);
            case SECOND_REQUEST -> secondRequest(act);
            case UNSAFE_WITHOUT_TOKEN -> changeWithoutToken(act);
            case UNSAFE_WITH_TOKEN -> change(act);
            case SIGN_OUT -> signOut(act);
            case AFTER_SIGN_OUT -> afterSignOut(act);
            default -> {}
        }
    }

    private void signIn(Act act) {
        if (act.answer().isEmpty() || act.succeeded() || act.wasRedirected()) {
            return;
        }
        if (speaksOfForgery(act)) {
            forgeryRefusal(act, FindingCode.SIGN_IN_NEEDS_CSRF);
        } else if (act.status() >= 500) {
            found.add(Suspicion.of(FindingCode.SIGN_IN_FAILED, act, "the backend answered with an error")
                    .seen("HTTP " + act.status()));
        } else {
            found.add(Suspicion.of(FindingCode.SIGN_IN_REFUSED, act, "the backend refused the sign-in")
                    .seen("HTTP " + act.status())
                    .needed("a status from 200 to 299"));
        }
    }

    private boolean speaksOfForgery(Act act) {
        String body = act.answer().map(NetworkResponse::body).orElse("");
        return act.status() == 419
                || ((act.status() == 403 || act.status() == 400 || act.status() == 401)
                        && CSRF_WORDS.matcher(body).find());
    }

    /** Why a token against forgery did not do its work: it was refused, or the app could not get it. */
    private void forgeryRefusal(Act act, FindingCode whenNowhere) {
        Optional<CsrfToken> sent = visit.token().filter(token -> carries(act, token));
        String seen = "HTTP " + act.status();
        if (sent.isPresent()) {
            found.add(Suspicion.of(
                            FindingCode.CSRF_TOKEN_REJECTED,
                            act,
                            "the token from " + sent.get().source() + " was sent as "
                                    + sent.get().header() + " and refused")
                    .seen(seen)
                    .word("header", sent.get().header()));
            return;
        }
        Optional<StoredCookie> hidden = hiddenTokenCookie(act);
        if (hidden.isPresent()) {
            found.add(unreadable(act, hidden.get()).seen(seen + ", " + Redactor.describe(hidden.get())));
            return;
        }
        Optional<String> header = hiddenTokenHeader();
        if (header.isPresent()) {
            found.add(Suspicion.of(
                            FindingCode.CSRF_HEADER_NOT_EXPOSED,
                            act,
                            "the answers carry " + header.get() + ", which the page may not read")
                    .seen(seen)
                    .needed("Access-Control-Expose-Headers: " + header.get())
                    .word("header", header.get()));
            return;
        }
        found.add(Suspicion.of(whenNowhere, act, "the request was refused for want of a token")
                .seen(seen)
                .needed("a token in an answer that the page may read, sent back in a header"));
    }

    private static boolean carries(Act act, CsrfToken token) {
        return act.outcome()
                .actual()
                .filter(e -> e.request().headers().contains(token.header()))
                .isPresent();
    }

    private Optional<StoredCookie> hiddenTokenCookie(Act act) {
        return act.jar().stream()
                .filter(cookie -> CsrfToken.isCookieName(cookie.name()))
                .findFirst();
    }

    private Suspicion unreadable(Act act, StoredCookie cookie) {
        String host = visit.plan().app().host();
        boolean foreign =
                !(host.equals(cookie.domain()) || (!cookie.hostOnly() && host.endsWith("." + cookie.domain())));
        String why = foreign
                ? "it belongs to " + cookie.domain() + ", the page is on " + host
                : cookie.httpOnly() ? "it is HttpOnly" : "its Path does not cover the page";
        return Suspicion.of(
                        FindingCode.CSRF_UNREADABLE_COOKIE,
                        act,
                        "the page can't read the cookie " + cookie.name() + ": " + why)
                .needed("the token in the body of an answer, or in an exposed header")
                .word("cookie", cookie.name());
    }

    private Optional<String> hiddenTokenHeader() {
        return visit.answers()
                .flatMap(answer -> answer.headers().fields().stream())
                .map(field -> field.name())
                .filter(CsrfToken::isHeaderName)
                .findFirst();
    }

    private void secondRequest(Act act) {
        if (act.answer().isEmpty() || visit.isSignedIn(act) || act.bare()) {
            return;
        }
        if (visit.bearer().isPresent()) {
            found.add(
                    Suspicion.of(FindingCode.BEARER_NOT_ACCEPTED, act, "the token of the sign-in was sent and refused")
                            .seen("HTTP " + act.status()
                                    + Visit.headers(Optional.of(act))
                                            .first("WWW-Authenticate")
                                            .map(w -> ", WWW-Authenticate: " + w)
                                            .orElse("")));
            return;
        }
        if (cookies.examineSending(act) || found.contains(FindingCode.FETCH_WITHOUT_CREDENTIALS)) {
            return;
        }
        if (visit.sessionCookies().isEmpty()) {
            nothingKept();
        } else {
            notRecognised(act);
        }
    }

    private void nothingKept() {
        Act signIn = visit.act(Scene.SIGN_IN).orElseThrow();
        List<Decision> stored = signIn.outcome().decisions(Step.STORE_COOKIE);
        stored.stream()
                .filter(decision -> decision.rule() == Rule.COOKIE_DELETED)
                .findFirst()
                .ifPresent(decision -> found.add(Suspicion.of(FindingCode.COOKIE_EXPIRED_AT_ONCE, signIn, decision)
                        .needed(
                                "Max-Age in seconds, or an Expires in the future; neither for a cookie of the browser session")
                        .word("cookie", decision.subject())));
        if (visit.signInCookieLines().isEmpty()) {
            if (!Probe.sendsCookies(visit.plan())) {
                found.add(Suspicion.of(
                                FindingCode.FETCH_WITHOUT_CREDENTIALS,
                                signIn,
                                "the fetch neither sends nor keeps cookies")
                        .seen("credentials: "
                                + visit.plan()
                                        .credentials()
                                        .name()
                                        .toLowerCase(Locale.ROOT)
                                        .replace('_', '-'))
                        .needed("credentials: include"));
            } else {
                found.add(Suspicion.of(
                                FindingCode.COOKIE_NOT_SET,
                                signIn,
                                "the sign-in succeeded and its answer holds nothing to keep")
                        .seen("HTTP " + signIn.status() + " without Set-Cookie")
                        .needed("Set-Cookie, or a token in the body"));
            }
        }
    }

    private void notRecognised(Act act) {
        List<String> sent = act.outcome().sentCookies();
        Optional<String> twice = sent.stream()
                .filter(name -> sent.stream().filter(name::equals).count() > 1)
                .findFirst();
        if (twice.isPresent()) {
            found.add(Suspicion.of(
                            FindingCode.COOKIE_SHADOWED,
                            act,
                            "the cookie " + twice.get() + " is sent twice, the longer Path first")
                    .seen("Cookie: " + twice.get() + "=…; " + twice.get() + "=…")
                    .needed("one cookie of that name")
                    .word("cookie", twice.get()));
            return;
        }
        Optional<String> replaced = replacedCookie(act);
        if (replaced.isPresent()) {
            found.add(Suspicion.of(
                            FindingCode.SESSION_NEW_EVERY_REQUEST,
                            act,
                            "the cookie " + replaced.get() + " was sent, and the answer sets another one")
                    .seen("HTTP " + act.status() + ", Set-Cookie: " + replaced.get() + "=…")
                    .needed("the session that the cookie names")
                    .word("cookie", replaced.get()));
            return;
        }
        if (!sent.isEmpty()) {
            found.add(Suspicion.of(
                            FindingCode.SESSION_NOT_RECOGNISED,
                            act,
                            "the browser sent " + String.join(", ", sent)
                                    + ", and the backend answered as to a stranger")
                    .seen("HTTP " + act.status())
                    .needed("the answer for the signed-in user"));
        }
    }

    private Optional<String> replacedCookie(Act act) {
        CookieHeader sent = CookieHeader.parse(
                act.outcome().actual().orElseThrow().request().headers().all("Cookie"));
        return visit.sessionCookies().stream()
                .map(StoredCookie::name)
                .filter(name -> !sent.valuesOf(name).isEmpty())
                .filter(name -> act.cookie(name)
                        .filter(now -> !sent.valuesOf(name).contains(now.value()))
                        .isPresent())
                .findFirst();
    }

    private void changeWithoutToken(Act act) {
        if (visit.act(Scene.UNSAFE_WITH_TOKEN).isEmpty()) {
            change(act);
        }
    }

    private void change(Act act) {
        if (act.answer().isEmpty() || act.succeeded()) {
            return;
        }
        if (act.status() == 403 || act.status() == 419 || speaksOfForgery(act)) {
            forgeryRefusal(act, FindingCode.CSRF_TOKEN_NOT_FOUND);
        } else {
            found.add(Suspicion.of(FindingCode.UNSAFE_REFUSED, act, "the change was refused")
                    .seen("HTTP " + act.status()));
        }
    }

    private void signOut(Act act) {
        if (act.answer().isEmpty() || act.succeeded() || act.wasRedirected()) {
            return;
        }
        if (speaksOfForgery(act) && !found.anyBreaks()) {
            forgeryRefusal(act, FindingCode.CSRF_TOKEN_NOT_FOUND);
        } else {
            found.add(Suspicion.of(FindingCode.SIGN_OUT_FAILED, act, "the sign-out was not accepted")
                    .seen("HTTP " + act.status()));
        }
    }

    private void afterSignOut(Act act) {
        Act signOut = visit.act(Scene.SIGN_OUT).orElseThrow();
        Optional<StoredCookie> kept = visit.sessionCookies().stream()
                .filter(cookie -> triedToClear(signOut, cookie.name()))
                .filter(cookie -> signOut.cookie(cookie.name())
                        .filter(now -> now.value().equals(cookie.value()))
                        .isPresent())
                .findFirst();
        kept.ifPresent(cookie -> found.add(Suspicion.of(
                        FindingCode.SIGN_OUT_KEEPS_COOKIE,
                        signOut,
                        "the answer tries to remove " + cookie.name() + ", and the browser keeps it")
                .seen(Redactor.describe(cookie))
                .needed("a Set-Cookie with Max-Age=0 and the same name, Domain and Path")
                .word("cookie", cookie.name())));
        if (kept.isEmpty() && !visit.sessionCookies().isEmpty() && visit.isSignedIn(act)) {
            found.add(Suspicion.of(FindingCode.SIGN_OUT_WITHOUT_EFFECT, act, "the user is still answered as signed in")
                    .seen("HTTP " + act.status())
                    .needed("HTTP 401"));
        }
    }

    private static boolean triedToClear(Act signOut, String name) {
        return signOut.outcome().decisions(Step.STORE_COOKIE).stream()
                .anyMatch(decision -> decision.subject().equals(name)
                        && (decision.rule() == Rule.COOKIE_DELETED || !decision.allowed()));
    }
}
