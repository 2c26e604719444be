package dev.coatcheck.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Seeded garbage: nothing throws, and what must hold for every browser holds. */
class RandomisedTest {
    private static final int ROUNDS = Boolean.getBoolean("coatcheck.thorough") ? 200_000 : 10_000;
    private static final String[] PAGES = {
        "http://localhost:3000/",
        "https://app.example.com/deep?x",
        "http://dev.local:3000/",
        "https://a.github.io/",
        "http://[::1]:3000/"
    };
    private static final String[] URLS = {
        "http://localhost:8000/x",
        "https://api.example.com/x",
        "http://dev.local:8000/x",
        "https://b.github.io/x",
        "/own",
        "?q",
        "//x",
        "ws://localhost:8000/w",
        "http://u:p@localhost:8000/",
        "http://192.168.1.2/x",
        "https://[::1]/x",
        "http://",
        "ftp://x",
        "\0",
        "http://a b/"
    };
    private static final String[] HEADERS = {
        "Set-Cookie",
        "Access-Control-Allow-Origin",
        "Access-Control-Allow-Credentials",
        "Access-Control-Allow-Headers",
        "Location",
        "Access-Control-Allow-Methods",
        "Access-Control-Expose-Headers",
        "Access-Control-Max-Age",
        "Vary",
        "Cache-Control",
        "Date",
        "Expires",
        "Strict-Transport-Security",
        "Clear-Site-Data",
        "Referrer-Policy",
        "Content-Type",
        "Age",
        "Last-Modified"
    };
    private static final String[] VALUES = {
        "*",
        "true",
        "null",
        "http://localhost:3000",
        "https://app.example.com",
        "a=1",
        "a=1; Secure; SameSite=None; Partitioned",
        "__Host-a=1; Secure; Path=/",
        "a=b; Domain=.example.com; Max-Age=99999999999999999999",
        "=",
        ";;;=;",
        "b=1; Expires=Wed, 09 Jun 2027 10:18:14 GMT",
        "/next",
        "//evil",
        "http://localhost:8000/y",
        "max-age=600",
        "max-age=99999999999999999999999",
        "\"cookies\"",
        "no-referrer, bogus",
        "Content-Type, X-A",
        "GET, PUT",
        "",
        "\u00e4\u00ff",
        "a\tb",
        "-1",
        "Thu, 01 Jan 99999 00:00:00 GMT",
        "999999999999999999"
    };

    private final Random random = new Random(20261120);

    private <T> T any(T[] from) {
        return from[random.nextInt(from.length)];
    }

    private String text() {
        return random.nextInt(4) == 0 ? garbage() : any(VALUES);
    }

    private String garbage() {
        StringBuilder out = new StringBuilder();
        int length = random.nextInt(20);
        for (int i = 0; i < length; i++) {
            out.append((char) random.nextInt(256));
        }
        return out.toString();
    }

    private NetworkResponse response() {
        int[] statuses = {200, 204, 301, 302, 303, 307, 308, 401, 403, 500, 101, 0, 999};
        Headers headers = Headers.NONE;
        int count = random.nextInt(8);
        for (int i = 0; i < count; i++) {
            headers = headers.plus(any(HEADERS), text());
        }
        return new NetworkResponse(statuses[random.nextInt(statuses.length)], headers, garbage());
    }

    private Request request() {
        Request request = Request.of(
                any(RequestKind.values()), any(new String[] {"GET", "POST", "put", "TRACE", "", "x y"}), any(URLS));
        request = request.credentials(any(Credentials.values())).mode(any(Mode.values()));
        request = request.redirect(any(RedirectMode.values())).cache(any(CacheMode.values()));
        request = random.nextBoolean() ? request.body(garbage()) : request;
        request = random.nextBoolean() ? request.header(any(HEADERS), text()) : request;
        request = random.nextBoolean() ? request.header(garbage(), garbage()) : request;
        request = random.nextInt(4) == 0 ? request.userGesture() : request;
        return random.nextInt(4) == 0 ? request.target(any(Request.Target.values())) : request;
    }

    private Browser browser(List<NetworkRequest> seen) {
        BrowserSettings settings = BrowserSettings.DEFAULT
                .withProfile(any(Profile.values()))
                .withPromptAnswer(any(PromptAnswer.values()))
                .withGrantedSpaces(random.nextBoolean() ? Set.of() : Set.of(AddressSpace.LOOPBACK));
        Browser browser =
                Browser.of(random.nextBoolean() ? settings : settings.withThirdPartyCookiesBlocked(), request -> {
                    seen.add(request);
                    return response();
                });
        browser.open(any(PAGES), Headers.of("Referrer-Policy", text()));
        if (random.nextInt(3) == 0) {
            browser.enter(new Frame(
                    any(new String[] {"about:srcdoc", "data:x", "https://w.example.net/", "nonsense"}),
                    random.nextBoolean() ? Optional.empty() : Optional.of(Set.of("allow-scripts")),
                    Set.of(),
                    Headers.NONE));
        }
        return browser;
    }

    @Test
    void nothingThrowsAndTheInvariantsHold() {
        for (int round = 0; round < ROUNDS; round++) {
            List<NetworkRequest> seen = new ArrayList<>();
            Browser browser = browser(seen);
            for (int i = 0; i < 3; i++) {
                browser.setDocumentCookie(text());
                seen.clear();
                check(browser.send(request()), seen);
                browser.documentCookie();
                browser.cookies()
                        .forEach(cookie -> assertThat(cookie.toString()).contains("redacted"));
            }
        }
    }

    private static void check(Outcome outcome, List<NetworkRequest> seen) {
        assertThat(outcome.exchanges()).extracting(Exchange::request).isEqualTo(seen);
        for (NetworkRequest request : seen) {
            if (request.preflight()) {
                assertThat(request.headers().contains("Cookie")).isFalse();
            }
            assertThat(request.headers().all("Origin")).hasSizeLessThanOrEqualTo(1);
            assertThat(request.url()).doesNotContain("#").doesNotContain("u:p@");
        }
        assertThat(outcome.exposedHeaders()).doesNotContain("set-cookie");
        if (outcome.type().equals(Optional.of(ResponseType.OPAQUE))) {
            assertThat(outcome.readable()).isFalse();
            assertThat(outcome.body()).isEmpty();
        }
        assertThat(seen).hasSizeLessThanOrEqualTo(45);
    }

    @Test
    void urlsAreWrittenAndReadBackTheSame() {
        for (int round = 0; round < ROUNDS; round++) {
            String text = (random.nextBoolean() ? "http://localhost:80/" : any(URLS)) + garbage();
            Url.parse(text).ifPresent(url -> {
                assertThat(Url.parse(url.toString())).as("from '%s'", text).contains(withoutCredentials(url));
                assertThat(url.resolve("")).map(Url::withoutFragment).contains(url.withoutFragment());
                url.resolve(garbage());
            });
        }
    }

    private static Url withoutCredentials(Url url) {
        return new Url(url.scheme(), url.host(), url.port(), url.path(), url.query(), url.fragment(), false);
    }
}
