package dev.coatcheck.doctor;

import dev.coatcheck.browser.Browser;
import dev.coatcheck.browser.BrowserSettings;
import dev.coatcheck.browser.Decision;
import dev.coatcheck.browser.Exchange;
import dev.coatcheck.browser.NetworkRequest;
import dev.coatcheck.browser.NetworkResponse;
import dev.coatcheck.browser.Outcome;
import dev.coatcheck.browser.Profile;
import dev.coatcheck.browser.StoredCookie;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plays the answers of a visit that went well in other browsers: would the session cookie be kept and sent there as well? */
final class OtherBrowsers {
    private record Setting(String name, BrowserSettings settings) {}

    private static final List<Setting> SETTINGS = List.of(
            new Setting("Chromium", BrowserSettings.DEFAULT),
            new Setting("Chromium without third-party cookies", BrowserSettings.DEFAULT.withThirdPartyCookiesBlocked()),
            new Setting("Firefox", BrowserSettings.DEFAULT.withProfile(Profile.FIREFOX)),
            new Setting("Safari", BrowserSettings.DEFAULT.withProfile(Profile.SAFARI)));

    private final Visit visit;

    OtherBrowsers(Visit visit) {
        this.visit = visit;
    }

    void examine(Suspicions found) {
        Optional<Act> second = visit.act(Scene.SECOND_REQUEST).filter(visit::isSignedIn);
        if (second.isEmpty() || visit.sessionCookies().isEmpty()) {
            return;
        }
        List<String> trouble = SETTINGS.stream()
                .filter(setting -> !setting.name().equals(Doctor.title(visit.plan())))
                .flatMap(setting -> refusalIn(setting).map(why -> setting.name() + ": " + why).stream())
                .toList();
        if (!trouble.isEmpty()) {
            found.add(Suspicion.of(FindingCode.OTHER_BROWSERS_DIFFER, second.get(), String.join("; ", trouble)));
        }
    }

    /** Why the session cookie does not come back in another browser; empty when it does. */
    private Optional<String> refusalIn(Setting setting) {
        Browser browser =
                Browser.of(setting.settings(), replay()::send).open(visit.plan().app() + "/");
        Optional<Decision> refusal = Optional.empty();
        for (Act act : visit.acts()) {
            Outcome outcome = browser.send(act.request());
            refusal = refusal.or(() ->
                    outcome.refusals().stream().filter(this::isAboutSession).findFirst());
            if (act.scene() == Scene.SECOND_REQUEST) {
                boolean sent = visit.sessionCookies().stream()
                        .map(StoredCookie::name)
                        .anyMatch(outcome.sentCookies()::contains);
                return sent
                        ? Optional.empty()
                        : refusal.map(
                                r -> "drops " + r.subject() + ", " + r.rule().says());
            }
        }
        return Optional.empty();
    }

    private boolean isAboutSession(Decision decision) {
        return visit.sessionCookies().stream().anyMatch(cookie -> cookie.name().equals(decision.subject()));
    }

    private Replay replay() {
        return new Replay(visit);
    }

    private static final class Replay {
        private final Map<String, Deque<NetworkResponse>> answers = new HashMap<>();

        Replay(Visit visit) {
            for (Act act : visit.acts()) {
                for (Exchange exchange : act.outcome().exchanges()) {
                    exchange.response()
                            .ifPresent(response -> answers.computeIfAbsent(
                                            key(exchange.request()), k -> new ArrayDeque<>())
                                    .add(response));
                }
            }
        }

        private static String key(NetworkRequest request) {
            return request.method() + " " + request.url();
        }

        NetworkResponse send(NetworkRequest request) throws IOException {
            Deque<NetworkResponse> queue = answers.getOrDefault(key(request), new ArrayDeque<>());
            if (queue.isEmpty()) {
                throw new IOException("not asked before");
            }
            return queue.size() > 1 ? queue.remove() : queue.element();
        }
    }
}
