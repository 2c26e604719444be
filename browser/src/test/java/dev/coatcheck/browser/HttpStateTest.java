package dev.coatcheck.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Replays the cookie-parser corpus of the IETF's http-state working group as Chromium reads it. The corpus is not ours and not copied: it
 * is read from {@code ../shared/http-state} beside the repository, or from {@code -Dcoatcheck.httpstate=DIR}.
 */
class HttpStateTest {
    private static final String FILE = "chromium.json";

    @Test
    void readsCookiesAsARealBrowserDoes() {
        Path folder =
                Corpus.folder("coatcheck.httpstate").orElseGet(() -> Corpus.fromRoot(Path.of("../shared/http-state")));
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            String message = "http-state: NOT COMPARED, the corpus is not here: " + file
                    + " (it is not part of this project; name its folder with -Dcoatcheck.httpstate=DIR)";
            System.out.println(message);
            abort(message);
        }
        int agreed = 0;
        int cut = 0;
        List<String> disagreements = new ArrayList<>();
        JsonNode cases = Corpus.read(file);
        for (JsonNode one : cases) {
            if (isCut(one)) {
                cut++;
                continue;
            }
            List<String> differences = differences(one);
            if (differences.isEmpty()) {
                agreed++;
            } else {
                disagreements.add(one.path("test").asString("") + " " + one.path("received") + "\n  "
                        + String.join("\n  ", differences));
            }
        }
        disagreements.forEach(System.out::println);
        System.out.println("http-state: " + agreed + " agreed, " + disagreements.size() + " disagreed"
                + (cut == 0 ? "" : " (" + cut + " more hold headers that were cut off when they were recorded)"));
        assertThat(agreed + disagreements.size() + cut).isEqualTo(cases.size()).isPositive();
        assertThat(disagreements).isEmpty();
    }

    private static boolean isCut(JsonNode one) {
        for (JsonNode header : one.path("received")) {
            if (header.path(1).asString("").matches("(?s).*\\.\\.\\.\\(\\d+ chars\\)")) {
                return true;
            }
        }
        return false;
    }

    private static List<String> differences(JsonNode one) {
        String start =
                "http://home.example.org:8888/cookie-parser?" + one.path("test").asString("");
        String end = one.path("finalUrl").asString("");
        Headers headers = Headers.NONE;
        for (JsonNode header : one.path("received")) {
            headers = headers.plus(header.path(0).asString(""), header.path(1).asString(""));
        }
        NetworkResponse first = new NetworkResponse(302, headers.with("Location", end), "");
        CannedNetwork network =
                new CannedNetwork().answer("GET", start, first).answer("GET", end, NetworkResponse.of(200));
        Browser browser = Browser.of(
                BrowserSettings.DEFAULT.withClock(new SettableClock(Instant.parse("2026-11-20T12:00:00Z"))), network);
        Outcome outcome = browser.send(Request.of(RequestKind.TYPED, "GET", start));

        List<String> found = new ArrayList<>();
        compare(found, "Cookie", sentExpected(one), sent(network, end));
        compare(found, "stored", storedExpected(one), stored(browser));
        compare(found, "reasons", reasonsExpected(one), reasons(outcome));
        return found;
    }

    private static void compare(List<String> found, String what, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            found.add(what + "\n    browser: " + expected + "\n    model:   " + actual);
        }
    }

    /** Null when the browser did not get as far as the second request. */
    private static Optional<String> sentExpected(JsonNode one) {
        JsonNode cookie = one.path("chromiumCookieHeader");
        return cookie.isNull() ? Optional.empty() : Optional.of(cookie.asString(""));
    }

    private static Optional<String> sent(CannedNetwork network, String end) {
        return network.seen().stream()
                .filter(request -> request.url().equals(end))
                .findFirst()
                .map(request -> request.headers().combined("Cookie").orElse(""));
    }

    private static Set<String> storedExpected(JsonNode one) {
        Set<String> all = new TreeSet<>();
        for (JsonNode c : one.path("chromiumStored")) {
            String domain = c.path("domain").asString("");
            all.add(String.join(
                    " | ",
                    c.path("name").asString("") + "=" + c.path("value").asString(""),
                    domain,
                    c.path("path").asString(""),
                    c.path("secure").asBoolean() + " " + c.path("httpOnly").asBoolean() + " "
                            + c.path("session").asBoolean()));
        }
        return all;
    }

    private static Set<String> stored(Browser browser) {
        Set<String> all = new TreeSet<>();
        for (StoredCookie c : browser.cookies()) {
            all.add(String.join(
                    " | ",
                    CookieText.decoded(c.name()) + "=" + CookieText.decoded(c.value()),
                    (c.hostOnly() ? "" : ".") + c.domain(),
                    c.path(),
                    c.secure() + " " + c.httpOnly() + " " + c.expires().isEmpty()));
        }
        return all;
    }

    private static List<String> reasonsExpected(JsonNode one) {
        List<String> all = new ArrayList<>();
        one.path("setCookieBlockedReasons").forEach(reason -> all.add(reason.asString("")));
        return all.stream().sorted().toList();
    }

    private static List<String> reasons(Outcome outcome) {
        return outcome.decisions(Step.STORE_COOKIE).stream()
                .filter(decision -> !decision.allowed())
                .flatMap(decision -> DevTools.setCookieReason(decision.rule()).stream())
                .sorted()
                .toList();
    }
}
