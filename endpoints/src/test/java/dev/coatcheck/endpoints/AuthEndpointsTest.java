package dev.coatcheck.endpoints;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.Authenticator.Outcome;
import dev.coatcheck.Coatcheck;
import dev.coatcheck.http.Header;
import dev.coatcheck.http.RequestHead;
import dev.coatcheck.http.WebResponse;
import dev.coatcheck.json.JsonValues;
import dev.coatcheck.session.Principal;
import dev.coatcheck.session.Transport;
import dev.coatcheck.site.Origin;
import dev.coatcheck.store.MemorySessionStore;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.token.KeyRing;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthEndpointsTest {
    private static final String APP = "https://app.example.com";
    private final MemorySessionStore store = new MemorySessionStore();
    private final List<String> addresses = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-20T10:00:00Z");
    private Coatcheck coatcheck = pipeline(EnumSet.allOf(Transport.class), PerUserLimit.DEFAULT);

    private Coatcheck pipeline(Set<Transport> transports, PerUserLimit limit) {
        AuthEndpoints endpoints = new AuthEndpoints(
                attempt -> {
                    addresses.add(attempt.clientAddress());
                    String typed = new String(attempt.password().utf8(), StandardCharsets.UTF_8);
                    if (attempt.username().equals("throttled")) {
                        return new Outcome.Throttled(Duration.ofMillis(1_500));
                    }
                    return typed.equals("open sesame")
                            ? new Outcome.Accepted(Principal.of(attempt.username(), "Name of " + attempt.username()))
                            : new Outcome.Refused();
                },
                transports);
        return Coatcheck.on(
                        Origin.parse("https://api.example.com").orElseThrow(),
                        store,
                        KeyRing.ephemeral(new SecureRandom()),
                        new JsonValues())
                .apps(Set.of(Origin.parse(APP).orElseThrow()))
                .routes(endpoints.at("/auth"))
                .perUser(limit)
                .clock(() -> now)
                .build();
    }

    /** A page and its cookies. */
    private final class Page {
        final Map<String, String> cookies = new TreeMap<>();
        String csrf = "";

        WebResponse call(String method, String path, String json) {
            RequestHead request = RequestHead.of(method, path)
                    .from("192.0.2.7")
                    .with("Origin", APP)
                    .with("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
            cookies.forEach((name, value) -> request.with("Cookie", name + "=" + value));
            if (!csrf.isEmpty()) {
                request.with("X-CSRF-Token", csrf);
            }
            if (!json.isEmpty()) {
                request.with("Content-Type", "application/json").body(json);
            }
            return keep(answer(request));
        }

        private WebResponse keep(WebResponse answer) {
            for (Header header : answer.headers()) {
                if (header.name().equals("Set-Cookie")) {
                    String pair = header.value().substring(0, header.value().indexOf(';'));
                    cookies.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
                }
            }
            answer.header("X-CSRF-Token").ifPresent(token -> csrf = token);
            cookies.values().removeIf(String::isEmpty);
            return answer;
        }

        WebResponse login(String user) {
            return call("POST", "/auth/login", "{\"username\":\"" + user + "\",\"password\":\"open sesame\"}");
        }
    }

    /** 599 stands for: passed on to the application. */
    private WebResponse answer(RequestHead request) {
        return coatcheck.admit(request).fold(answered -> answered, exchange -> WebResponse.status(599));
    }

    private static String body(WebResponse answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static String told(WebResponse answer) {
        return answer.status() + " " + body(answer).replaceAll("(?s).*\"code\":\"([^\"]+)\".*", "$1");
    }

    private static String idOf(WebResponse document) {
        return body(document).replaceAll("(?s).*\"session\":\\{\"id\":\"([^\"]+)\".*", "$1");
    }

    @Test
    void aSignInByCookieAnswersTheSessionDocument() {
        Page page = new Page();
        WebResponse answer = page.login("ann");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(body(answer))
                .contains("\"user\":{\"id\":\"ann\",\"name\":\"Name of ann\",\"roles\":[]}")
                .contains("\"idleExpiresIn\":1800", "\"expiresIn\":43200", "\"transport\":\"cookie\"")
                .contains("\"device\":\"Firefox on Linux\"", "\"address\":\"192.0.2.7\"", "\"csrfToken\":\"")
                .doesNotContain("accessToken");
        assertThat(answer.header("Cache-Control")).contains("private, no-store");
        assertThat(answer.header("Access-Control-Allow-Origin")).contains(APP);
        assertThat(page.cookies).containsOnlyKeys("__Host-coatcheck", "XSRF-TOKEN");
        assertThat(page.csrf).isEqualTo(page.cookies.get("XSRF-TOKEN"));
        assertThat(addresses).containsExactly("192.0.2.7");
        WebResponse session = page.call("GET", "/auth/session", "");
        assertThat(idOf(session)).isEqualTo(idOf(answer));
        assertThat(session.headers()).noneMatch(header -> header.value().startsWith("__Host-coatcheck"));
    }

    @Test
    void theDocumentShowsTheTimesAfterItsOwnTouchUnlessItOnlyLooks() {
        Page page = new Page();
        page.login("ann");
        now = now.plusSeconds(600);
        assertThat(body(page.call("GET", "/auth/session?slide=false", ""))).contains("\"idleExpiresIn\":1200");
        assertThat(body(page.call("GET", "/auth/session", ""))).contains("\"idleExpiresIn\":1800");
        now = now.plusSeconds(1_800);
        assertThat(told(page.call("GET", "/auth/session", ""))).isEqualTo("401 session-expired");
    }

    @Test
    void aBearerSignInSetsNothingInTheBrowserAndNeedsNoOrigin() {
        RequestHead request = RequestHead.post("/auth/login")
                .with("Content-Type", "application/json")
                .body(
                        "{\"username\":\"ann\",\"password\":\"open sesame\",\"transport\":\"bearer\",\"deviceName\":\"CI\"}");
        WebResponse answer = answer(request);
        assertThat(body(answer)).contains("\"tokenType\":\"Bearer\"", "\"expiresIn\":43200", "\"device\":\"CI\"");
        assertThat(body(answer)).doesNotContain("csrfToken");
        assertThat(answer.header("Set-Cookie")).isEmpty();
        String token = body(answer).replaceAll("(?s).*\"accessToken\":\"([^\"]+)\".*", "$1");
        RequestHead asking = RequestHead.get("/auth/session").with("Authorization", "Bearer " + token);
        WebResponse session = answer(asking);
        assertThat(body(session)).contains("\"transport\":\"bearer\"").doesNotContain("csrfToken");
        RequestHead out = RequestHead.post("/auth/logout").with("Authorization", "Bearer " + token);
        assertThat(answer(out).status()).isEqualTo(204);
        assertThat(told(answer(asking))).isEqualTo("401 session-revoked");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"username\":\"ann\",\"password\":\"wrong\"} | 401 credentials-invalid",
                "{\"username\":\"throttled\",\"password\":\"x\"} | 429 login-throttled",
                "{\"username\":\"ann\"} | 400 request-malformed",
                "{\"username\":\"ann\",\"password\":\"open sesame\",\"role\":\"admin\"} | 400 request-malformed",
                "{\"username\":\"ann\",\"password\":\"open sesame\",\"transport\":\"pigeon\"} | 400 request-malformed",
                "{\"username\":\"a\",\"username\":\"b\",\"password\":\"open sesame\"} | 400 request-malformed",
                "[] | 400 request-malformed",
                "{ | 400 request-malformed",
            })
    void whatIsWrongWithASignInIsSaidByCode(String json, String expected) {
        Page page = new Page();
        WebResponse answer = page.call("POST", "/auth/login", json);
        assertThat(told(answer)).isEqualTo(expected);
        assertThat(answer.header("Set-Cookie")).isEmpty();
        assertThat(answer.header("Access-Control-Allow-Origin")).contains(APP);
        assertThat(body(answer)).doesNotContain("open sesame").doesNotContain("pigeon");
        if (expected.startsWith("429")) {
            assertThat(answer.header("Retry-After")).contains("2");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-www-form-urlencoded",
                "text/plain",
                "multipart/form-data",
                "application/json; charset=utf-16",
                ""
            })
    void aSignInThatAFormCouldSendIsRefused(String type) {
        RequestHead request = RequestHead.post("/auth/login")
                .with("Origin", APP)
                .body("{\"username\":\"ann\",\"password\":\"open sesame\"}");
        if (!type.isEmpty()) {
            request.with("Content-Type", type);
        }
        assertThat(answer(request).status()).isEqualTo(415);
        assertThat(addresses).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.test", "null", ""})
    void aSignInByCookieFromAnUnlistedOriginIsRefusedBeforeThePasswordIsLookedAt(String origin) {
        RequestHead request = RequestHead.post("/auth/login")
                .with("Content-Type", "application/json")
                .body("{\"username\":\"ann\",\"password\":\"open sesame\"}");
        if (!origin.isEmpty()) {
            request.with("Origin", origin);
        }
        assertThat(told(answer(request))).isEqualTo("403 origin-not-allowed");
        assertThat(addresses).isEmpty();
    }

    @Test
    void aSignInWorksBesideAForgottenSessionWithoutItsToken() {
        Page page = new Page();
        String before = idOf(page.login("ann"));
        page.csrf = "";
        WebResponse again = page.login("ann");
        assertThat(again.status()).isEqualTo(200);
        assertThat(idOf(again)).isEqualTo(before);
        page.csrf = "";
        assertThat(idOf(page.login("bob"))).isNotEqualTo(before);
    }

    @Test
    void aTransportThatIsNotEnabledIsRefused() {
        coatcheck = pipeline(Set.of(Transport.COOKIE), PerUserLimit.DEFAULT);
        Page page = new Page();
        String json = "{\"username\":\"ann\",\"password\":\"open sesame\",\"transport\":\"bearer\"}";
        assertThat(told(page.call("POST", "/auth/login", json))).isEqualTo("400 request-malformed");
    }

    @Test
    void theLimitIsSaidWhereItRefuses() {
        coatcheck = pipeline(EnumSet.allOf(Transport.class), new PerUserLimit(1, PerUserLimit.Policy.REFUSE));
        new Page().login("ann");
        assertThat(told(new Page().login("ann"))).isEqualTo("403 session-limit-reached");
    }

    @Test
    void signOutKillsTheCookieOnTheServerAndTakesItBack() {
        Page page = new Page();
        page.login("ann");
        Page thief = new Page();
        thief.cookies.putAll(page.cookies);
        thief.csrf = page.csrf;
        WebResponse out = page.call("POST", "/auth/logout", "");
        assertThat(out.status()).isEqualTo(204);
        assertThat(page.cookies).isEmpty();
        assertThat(told(thief.call("GET", "/auth/session", ""))).isEqualTo("401 session-revoked");
        WebResponse again = thief.call("POST", "/auth/logout", "");
        assertThat(again.status()).isEqualTo(204);
        assertThat(again.header("Set-Cookie")).isEmpty();
    }

    @Test
    void devicesAreListedEndedOneByOneAndAllTogether() {
        Page laptop = new Page();
        String laptopId = idOf(laptop.login("ann"));
        now = now.plusSeconds(1);
        Page phone = new Page();
        String phoneId = idOf(phone.login("ann"));
        Page bob = new Page();
        String bobId = idOf(bob.login("bob"));
        String list = body(laptop.call("GET", "/auth/sessions", ""));
        assertThat(list)
                .contains(
                        "\"current\":true,\"id\":\"" + laptopId + "\"", "\"current\":false,\"id\":\"" + phoneId + "\"");
        assertThat(list).doesNotContain(bobId);
        for (String foreign : List.of(bobId, "x", "0000000000000000000000", "..")) {
            assertThat(told(laptop.call("DELETE", "/auth/sessions/" + foreign, "")))
                    .isEqualTo("404 not-found");
        }
        assertThat(bob.call("GET", "/auth/session", "").status()).isEqualTo(200);
        assertThat(laptop.call("DELETE", "/auth/sessions/" + phoneId, "").status())
                .isEqualTo(204);
        assertThat(told(phone.call("GET", "/auth/session", ""))).isEqualTo("401 session-revoked");
        now = now.plusSeconds(1);
        Page tablet = new Page();
        tablet.login("ann");
        WebResponse others = laptop.call("DELETE", "/auth/sessions", "");
        assertThat(body(others)).isEqualTo("{\"ended\":1}");
        assertThat(told(tablet.call("GET", "/auth/session", ""))).isEqualTo("401 session-revoked");
        assertThat(laptop.call("DELETE", "/auth/sessions/" + laptopId, "").status())
                .isEqualTo(204);
        assertThat(laptop.cookies).isEmpty();
        assertThat(told(laptop.call("GET", "/auth/sessions", ""))).isEqualTo("401 session-missing");
    }

    @Test
    void endingDevicesNeedsTheToken() {
        Page page = new Page();
        String id = idOf(page.login("ann"));
        page.csrf = "";
        assertThat(told(page.call("DELETE", "/auth/sessions", ""))).isEqualTo("403 csrf-missing");
        assertThat(told(page.call("DELETE", "/auth/sessions/" + id, ""))).isEqualTo("403 csrf-missing");
        assertThat(told(page.call("POST", "/auth/logout", ""))).isEqualTo("403 csrf-missing");
    }

    @Test
    void aCsrfTokenBeforeSignInIsBoundToANonceCookieAndStoresNothing() {
        Page page = new Page();
        WebResponse answer = page.call("GET", "/auth/csrf", "");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(page.cookies).containsOnlyKeys("__Host-coatcheck-csrf", "XSRF-TOKEN");
        assertThat(body(answer)).contains(page.csrf);
        String nonce = page.cookies.get("__Host-coatcheck-csrf");
        page.call("GET", "/auth/csrf", "");
        assertThat(page.cookies).containsEntry("__Host-coatcheck-csrf", nonce);
    }

    @Test
    void whatIsNotThereIsSaidAsProblem() {
        Page page = new Page();
        assertThat(told(page.call("GET", "/auth/nothing", ""))).isEqualTo("404 not-found");
        WebResponse wrong = page.call("GET", "/auth/login", "");
        assertThat(told(wrong)).isEqualTo("405 method-not-allowed");
        assertThat(wrong.header("Allow")).contains("POST");
        assertThat(told(page.call("GET", "/auth/session", ""))).isEqualTo("401 session-missing");
        assertThat(page.call("GET", "/elsewhere", "").status()).isEqualTo(599);
    }
}
