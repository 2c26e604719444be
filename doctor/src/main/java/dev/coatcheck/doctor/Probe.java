package dev.coatcheck.doctor;

import dev.coatcheck.browser.Browser;
import dev.coatcheck.browser.BrowserSettings;
import dev.coatcheck.browser.CacheMode;
import dev.coatcheck.browser.Credentials;
import dev.coatcheck.browser.Headers;
import dev.coatcheck.browser.NetworkRequest;
import dev.coatcheck.browser.NetworkResponse;
import dev.coatcheck.browser.Outcome;
import dev.coatcheck.browser.Request;
import dev.coatcheck.browser.StoredCookie;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One live examination: the app's requests through the browser model, in the order of a user's visit, and a few that an attacker would
 * make. What it saw is judged elsewhere.
 */
final class Probe {
    static final String FOREIGN_ORIGIN = "https://coatcheck-doctor.invalid";
    private static final List<String> BEARER_FIELDS = List.of("accessToken", "access_token", "token", "jwt");

    private final Plan plan;
    private final ProbeNetwork network;
    private final Consumer<String> steps;
    private final Browser browser;
    private final List<Act> acts = new ArrayList<>();
    private final List<Raw> raws = new ArrayList<>();
    private Optional<CsrfToken> token = Optional.empty();
    private Optional<String> bearer = Optional.empty();

    Probe(Plan plan, ProbeNetwork network, Consumer<String> steps) {
        this.plan = plan;
        this.network = network;
        this.steps = steps;
        BrowserSettings settings = BrowserSettings.DEFAULT.withProfile(plan.profile());
        this.browser = Browser.of(
                        plan.blocksThirdPartyCookies() ? settings.withThirdPartyCookiesBlocked() : settings, network)
                .open(plan.app() + "/");
    }

    Visit run() throws CouldNotRunException {
        Call me = plan.me().orElseGet(() -> Call.parse(plan.api(), "GET").orElseThrow());
        perform(Scene.BEFORE_SIGN_IN, me);
        requireAnswer();
        plan.csrf().ifPresent(call -> perform(Scene.CSRF, call));
        plan.login().ifPresent(call -> signIn(call, me));
        foreignOrigins(me);
        if (plan.login().isPresent()
                && visit().act(Scene.SIGN_IN).filter(Act::succeeded).isPresent()) {
            plan.logout().ifPresent(call -> signOut(call, me));
        }
        return visit();
    }

    private void requireAnswer() throws CouldNotRunException {
        if (!network.answered() && network.failure().isPresent()) {
            throw CouldNotRunException.because(
                    "No answer from " + plan.api() + ": "
                            + network.failure().get() + ". "
                            + (network.failure().get().contains("certificate")
                                    ? "Nothing was sent to it."
                                    : "Start the API, or give the URL under which it is reached from this machine with --api."));
        }
    }

    private void signIn(Call login, Call me) {
        findToken();
        Act act = perform(Scene.SIGN_IN, login);
        if (act.failed() || act.answer().isEmpty()) {
            return;
        }
        bearer = bearerIn(act);
        Act second = perform(Scene.SECOND_REQUEST, me);
        if (visit().isSignedIn(second)) {
            plan.unsafe().ifPresent(this::change);
        }
    }

    private void change(Call unsafe) {
        token = Optional.empty();
        perform(Scene.UNSAFE_WITHOUT_TOKEN, unsafe);
        forge(unsafe);
        findToken();
        if (token.isPresent()) {
            perform(Scene.UNSAFE_WITH_TOKEN, unsafe);
        }
    }

    private void signOut(Call logout, Call me) {
        List<StoredCookie> before = browser.cookies();
        findToken();
        Act act = perform(Scene.SIGN_OUT, logout);
        if (act.failed() || act.answer().isEmpty()) {
            return;
        }
        perform(Scene.AFTER_SIGN_OUT, me);
        replay(me, before);
    }

    private Act perform(Scene scene, Call call) {
        steps.accept(scene.title());
        Request request = call.request(plan.api(), plan.credentials()).cache(CacheMode.NO_STORE);
        for (Headers.Field field : plan.headers().fields()) {
            request = request.header(field.name(), field.value());
        }
        if (bearer.isPresent()) {
            request = request.header("Authorization", "Bearer " + bearer.get());
        }
        if (token.isPresent() && !isSafe(call.method())) {
            request = request.header(token.get().header(), token.get().value());
        }
        Outcome outcome = browser.send(request);
        Act act = new Act(scene, request, call.method(), call.url(plan.api()), outcome, browser.cookies(), false);
        acts.add(act);
        return act;
    }

    private void findToken() {
        token = CsrfToken.find(acts, browser.documentCookie(), StackSigns.recognise(visit()));
    }

    private void foreignOrigins(Call me) {
        if (isSafe(me.method())) {
            for (String origin : List.of(FOREIGN_ORIGIN, "null", plan.app() + ".coatcheck-doctor.invalid")) {
                raw(Scene.FOREIGN_ORIGINS, me, Optional.of(origin), Headers.of("Origin", origin));
            }
        }
    }

    private void forge(Call unsafe) {
        cookieHeader(browser.cookies())
                .ifPresent(cookies -> raw(
                        Scene.FORGERY,
                        unsafe,
                        Optional.of(FOREIGN_ORIGIN),
                        Headers.of(
                                "Origin",
                                FOREIGN_ORIGIN,
                                "Sec-Fetch-Site",
                                "cross-site",
                                "Sec-Fetch-Mode",
                                "no-cors",
                                "Content-Type",
                                "text/plain;charset=UTF-8",
                                "Cookie",
                                cookies)));
    }

    private void replay(Call me, List<StoredCookie> before) {
        cookieHeader(before)
                .ifPresent(cookies -> raw(
                        Scene.REPLAY,
                        me,
                        Optional.of(plan.app().toString()),
                        Headers.of("Origin", plan.app().toString(), "Cookie", cookies)));
    }

    private void raw(Scene scene, Call call, Optional<String> origin, Headers headers) {
        steps.accept(scene.title());
        String url = call.url(plan.api());
        Optional<NetworkResponse> response;
        try {
            response = Optional.of(network.send(new NetworkRequest(call.method(), url, headers, call.body(), false)));
        } catch (IOException e) {
            response = Optional.empty();
        }
        raws.add(new Raw(scene, origin, call.method(), url, response));
    }

    private static Optional<String> cookieHeader(List<StoredCookie> cookies) {
        List<String> pairs = cookies.stream()
                .map(cookie -> cookie.name() + "=" + cookie.value())
                .toList();
        return pairs.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", pairs));
    }

    private Optional<String> bearerIn(Act act) {
        boolean setsCookie = visit().signInCookieLines().stream()
                .anyMatch(line -> !CsrfToken.isCookieName(line.substring(0, Math.max(0, line.indexOf('=')))));
        if (setsCookie || plan.headers().contains("Authorization")) {
            return Optional.empty();
        }
        return act.outcome()
                .body()
                .flatMap(Json::object)
                .flatMap(body -> BEARER_FIELDS.stream()
                        .filter(field -> body.path(field).isString())
                        .map(field -> body.path(field).asString())
                        .findFirst());
    }

    private static boolean isSafe(String method) {
        return method.equals("GET") || method.equals("HEAD") || method.equals("OPTIONS");
    }

    private Visit visit() {
        return new Visit(plan, acts, raws, token, bearer, network.refusedHosts(), false);
    }

    /** Whether the app's own fetch mode keeps cookies at all. */
    static boolean sendsCookies(Plan plan) {
        return plan.credentials() == Credentials.INCLUDE || plan.app().equals(plan.apiOrigin());
    }
}
