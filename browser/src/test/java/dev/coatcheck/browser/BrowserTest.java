package dev.coatcheck.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The model as a team uses it in its own unit tests. */
class BrowserTest {
    private static final String APP = "http://localhost:3000";
    private static final String API = "http://localhost:8000";
    private static final String[] ALLOWED = {
        "Access-Control-Allow-Origin", APP, "Access-Control-Allow-Credentials", "true", "Vary", "Origin"
    };

    private static NetworkResponse allowed(int status, String... more) {
        Headers headers = Headers.of(ALLOWED);
        for (int i = 0; i < more.length; i += 2) {
            headers = headers.plus(more[i], more[i + 1]);
        }
        return new NetworkResponse(status, headers, "{\"user\":\"u\"}");
    }

    private static Browser browser(CannedNetwork network) {
        return Browser.of(BrowserSettings.DEFAULT, network).open(APP);
    }

    @Test
    void aCrossOriginSignInHoldsAgainstARunningServer() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders()
                    .set(
                            "Access-Control-Allow-Origin",
                            exchange.getRequestHeaders().getFirst("Origin"));
            exchange.getResponseHeaders().set("Access-Control-Allow-Credentials", "true");
            exchange.getResponseHeaders().set("Access-Control-Allow-Headers", "content-type");
            if (exchange.getRequestMethod().equals("POST")) {
                exchange.getResponseHeaders().add("Set-Cookie", "session=abc; Path=/; HttpOnly; Secure; SameSite=Lax");
            }
            byte[] body = String.valueOf(exchange.getRequestHeaders().getFirst("Cookie"))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            String api = "http://localhost:" + server.getAddress().getPort();
            Browser browser = Browser.at(APP);
            Outcome login =
                    browser.fetch(Request.post(api + "/login").json("{}").credentials(Credentials.INCLUDE));
            Outcome me = browser.fetch(Request.get(api + "/me").credentials(Credentials.INCLUDE));

            assertThat(login.preflight()).isPresent();
            assertThat(login.storedCookies()).containsExactly("session");
            assertThat(me.sentCookies()).containsExactly("session");
            assertThat(me.body()).contains("session=abc");
            assertThat(me.refusals()).extracting(Decision::step).containsOnly(Step.EXPOSE_HEADER);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void everyRefusalNamesRuleSectionSeenAndNeeded() {
        CannedNetwork network = new CannedNetwork()
                .answer("GET", API + "/me", NetworkResponse.of(200, "Access-Control-Allow-Origin", "*"));
        Outcome outcome = browser(network).fetch(Request.get(API + "/me").credentials(Credentials.INCLUDE));

        Decision refusal = outcome.refusals().get(0);
        assertThat(outcome.readable()).isFalse();
        assertThat(refusal.rule()).isEqualTo(Rule.ALLOW_ORIGIN_WILDCARD);
        assertThat(refusal.standard()).isEqualTo("Fetch, 4.10 CORS check");
        assertThat(refusal.seen()).contains("Access-Control-Allow-Origin: *");
        assertThat(refusal.needed()).contains("Access-Control-Allow-Origin: " + APP);
        assertThat(refusal.toString()).contains("never counts with credentials").contains("4.10");
    }

    @Test
    void decisionsComeInTheOrderOfTheirSteps() {
        CannedNetwork network = new CannedNetwork()
                .answer("OPTIONS", API + "/a", allowed(204, "Access-Control-Allow-Headers", "x-csrf-token"))
                .answer("OPTIONS", API + "/b", allowed(204, "Access-Control-Allow-Headers", "x-csrf-token"))
                .answer("POST", API + "/a", allowed(302, "Location", "/b", "Set-Cookie", "sid=1; Path=/"))
                .answer("GET", API + "/b", allowed(200));
        Outcome outcome = browser(network)
                .fetch(Request.post(API + "/a").header("X-CSRF-Token", "t").credentials(Credentials.INCLUDE));

        List<Step> steps =
                outcome.decisions().stream().map(Decision::step).distinct().toList();
        assertThat(steps)
                .containsSubsequence(
                        Step.NEED_PREFLIGHT,
                        Step.PASS_PREFLIGHT,
                        Step.SEND_REQUEST,
                        Step.STORE_COOKIE,
                        Step.FOLLOW_REDIRECT,
                        Step.READ_RESPONSE);
        assertThat(outcome.sentCookies()).containsExactly("sid");
        assertThat(outcome.finalUrl()).contains(API + "/b");
    }

    @Test
    void noSecretIsEverPrinted() {
        CannedNetwork network = new CannedNetwork()
                .answer("OPTIONS", API + "/a", allowed(204, "Access-Control-Allow-Headers", "authorization"))
                .answer("POST", API + "/a", allowed(200, "Set-Cookie", "sid=s3cret; Path=/; SameSite=None"))
                .answer("POST", API + "/a", allowed(200, "Set-Cookie", "sid=s3cret; Path=/; Domain=evil.example"));
        Browser browser = browser(network);
        browser.setDocumentCookie("own=s3cret");
        Request request = Request.post(API + "/a")
                .header("Authorization", "Bearer s3cret")
                .body("s3cret")
                .credentials(Credentials.INCLUDE);
        for (int round = 0; round < 2; round++) {
            Outcome outcome = browser.fetch(request);
            assertThat(outcome.decisions().toString()).doesNotContain("s3cret");
            assertThat(outcome.exchanges().toString()).doesNotContain("s3cret");
        }
        assertThat(browser.cookies().toString()).doesNotContain("s3cret");
        assertThat(request.toString()).doesNotContain("s3cret");
    }

    @Test
    void aServerThatDoesNotAnswerIsAnOutcome() {
        Outcome outcome = browser(new CannedNetwork()).fetch(Request.get(API + "/me"));
        assertThat(outcome.readable()).isFalse();
        assertThat(outcome.refusals())
                .extracting(Decision::rule)
                .containsExactly(Rule.COOKIE_CREDENTIALS_OMITTED, Rule.NETWORK_FAILURE);
    }

    @Test
    void theTwoMinutesOfLaxAllowingUnsafeEnd() {
        SettableClock clock = new SettableClock(Instant.parse("2026-11-20T12:00:00Z"));
        CannedNetwork network = new CannedNetwork()
                .answer("GET", "https://id.example/", NetworkResponse.of(200, "Set-Cookie", "state=1; Secure"))
                .answer("POST", "https://id.example/callback", NetworkResponse.of(200));
        Browser browser =
                Browser.of(BrowserSettings.DEFAULT.withClock(clock), network).open("https://other.example");
        browser.send(Request.of(RequestKind.TYPED, "GET", "https://id.example/"));
        Request post = Request.of(RequestKind.FORM, "POST", "https://id.example/callback");

        clock.forward(Duration.ofMinutes(2));
        assertThat(browser.open("https://other.example").send(post).sentCookies())
                .containsExactly("state");
        clock.forward(Duration.ofMillis(1));
        assertThat(browser.open("https://other.example").send(post).sentCookies())
                .isEmpty();
    }

    @Test
    void theExpiryInstantItselfIsAlreadyDead() {
        SettableClock clock = new SettableClock(Instant.parse("2026-11-20T12:00:00Z"));
        Browser browser = Browser.of(BrowserSettings.DEFAULT.withClock(clock), new CannedNetwork())
                .open(APP);
        browser.setDocumentCookie("a=1; Max-Age=10");
        clock.forward(Duration.ofMillis(9_999));
        assertThat(browser.documentCookie()).contains("a=1");
        clock.forward(Duration.ofMillis(1));
        assertThat(browser.documentCookie()).contains("");
    }

    @Test
    void safariTakesNoSecureCookieOnHttpLocalhost() {
        CannedNetwork network = new CannedNetwork()
                .answer("GET", APP + "/login", NetworkResponse.of(200, "Set-Cookie", "sid=1; Secure"));
        for (Profile profile : Profile.values()) {
            Browser browser = Browser.of(BrowserSettings.DEFAULT.withProfile(profile), network)
                    .open(APP);
            Outcome outcome = browser.fetch(Request.get(APP + "/login"));
            assertThat(outcome.storedCookies().isEmpty()).as("%s", profile).isEqualTo(profile == Profile.SAFARI);
        }
    }

    @Test
    void safariBlocksAndFirefoxPartitionsCookiesOfOtherSites() {
        String api = "https://api.example";
        Headers allowed = Headers.of(
                "Access-Control-Allow-Origin", "https://app.test", "Access-Control-Allow-Credentials", "true");
        CannedNetwork network = new CannedNetwork()
                .answer(
                        "GET",
                        api + "/login",
                        new NetworkResponse(200, allowed.plus("Set-Cookie", "sid=1; Secure; SameSite=None"), ""));
        Request login = Request.get(api + "/login").credentials(Credentials.INCLUDE);

        Browser safari = Browser.of(BrowserSettings.DEFAULT.withProfile(Profile.SAFARI), network)
                .open("https://app.test");
        assertThat(safari.fetch(login).refusals()).extracting(Decision::rule).contains(Rule.COOKIE_TRACKING_PREVENTION);
        Browser firefox = Browser.of(BrowserSettings.DEFAULT.withProfile(Profile.FIREFOX), network)
                .open("https://app.test");
        assertThat(firefox.fetch(login).storedCookies()).containsExactly("sid");
        assertThat(firefox.cookies().get(0).partition()).isPresent();
        Browser chromium = Browser.of(BrowserSettings.DEFAULT, network).open("https://app.test");
        chromium.fetch(login);
        assertThat(chromium.cookies().get(0).partition()).isEmpty();
    }

    @Test
    void everyDifferenceHasASourceAndSaysWhetherItWasMeasured() {
        assertThat(Profile.CHROMIUM.differences()).isEmpty();
        for (Profile profile : List.of(Profile.FIREFOX, Profile.SAFARI)) {
            assertThat(profile.differences()).isNotEmpty().allSatisfy(difference -> {
                assertThat(difference.source()).isNotBlank();
                assertThat(difference.says()).isNotBlank();
            });
        }
    }

    @Test
    void everyRuleHasAStandardAndASentence() {
        for (Rule rule : Rule.values()) {
            assertThat(rule.standard()).isNotBlank();
            assertThat(rule.says()).isNotBlank().doesNotEndWith(".");
        }
    }

    @Test
    void misuseIsSaidAtOnce() {
        Browser browser = Browser.of(BrowserSettings.DEFAULT, new CannedNetwork());
        assertThatThrownBy(() -> browser.open("localhost:3000"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("http");
        assertThatThrownBy(() -> browser.permission("camera")).isInstanceOf(IllegalArgumentException.class);
        HttpClient follows = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.ALWAYS)
                .build();
        assertThatThrownBy(() -> new HttpNetwork(follows, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(browser.fetch(Request.get("/relative")).refusals())
                .extracting(Decision::rule)
                .containsExactly(Rule.INVALID_REQUEST);
        assertThat(browser.documentCookie()).isEqualTo(Optional.empty());
    }
}
