package dev.coatcheck.csrf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.http.RequestHead;
import dev.coatcheck.site.Origin;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginCheckTest {
    private static Origin origin(String text) {
        return Origin.parse(text).orElseThrow();
    }

    private final OriginCheck check = new OriginCheck(
            new ForgeryPolicy.Trusted(Set.of(origin("https://app.example.com")), origin("https://api.example.com")));

    /** Each decision line of the design is a row. */
    @ParameterizedTest(name = "{0} / {1} / {2} -> {3}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "https://app.example.com        | -           | -                            | true",
                "https://app.example.com        | cross-site  | -                            | true",
                "https://api.example.com        | same-origin | -                            | true",
                "https://APP.example.com        | -           | -                            | false",
                "https://app.example.com:443    | -           | -                            | false",
                "https://app.example.com.       | -           | -                            | false",
                "http://app.example.com         | -           | -                            | false",
                "https://app.example.com.evil.test | -        | -                            | false",
                "https://evil.test              | same-origin | https://app.example.com/     | false",
                "null                           | -           | https://app.example.com/     | false",
                "null                           | cross-site  | -                            | false",
                "null                           | same-site   | -                            | false",
                "null                           | same-origin | -                            | true",
                "-                              | same-origin | -                            | true",
                "-                              | same-site   | https://app.example.com/     | false",
                "-                              | cross-site  | https://app.example.com/     | false",
                "-                              | none        | -                            | false",
                "-                              | -           | https://app.example.com/page | true",
                "-                              | -           | https://api.example.com/x?y  | true",
                "-                              | -           | https://app.example.com.evil.test/ | false",
                "-                              | -           | https://evil.test/https://app.example.com/ | false",
                "-                              | -           | -                            | false",
                "-                              | -           | garbage                      | false",
            })
    void originDecidesThenFetchMetadataThenReferer(String origin, String site, String referer, boolean passes) {
        RequestHead request = RequestHead.post("/x");
        if (origin != null) {
            request.with("Origin", origin);
        }
        if (site != null) {
            request.with("Sec-Fetch-Site", site);
        }
        if (referer != null) {
            request.with("Referer", referer);
        }
        assertThat(check.passes(request)).isEqualTo(passes);
    }

    @Test
    void twoOriginsAreNone() {
        assertThat(check.passes(RequestHead.post("/x")
                        .with("Origin", "https://app.example.com")
                        .with("Origin", "https://app.example.com")))
                .isFalse();
    }

    @Test
    void hostIsNeverBelieved() {
        assertThat(check.passes(RequestHead.post("/x").with("Host", "evil.test").with("Origin", "https://evil.test")))
                .isFalse();
    }

    @Test
    void anImageOfAnotherSiteIsNoActivityAndANavigationIs() {
        RequestHead image = RequestHead.get("/x")
                .with("Sec-Fetch-Site", "cross-site")
                .with("Sec-Fetch-Mode", "no-cors")
                .with("Sec-Fetch-Dest", "image");
        RequestHead navigation = RequestHead.get("/x")
                .with("Sec-Fetch-Site", "cross-site")
                .with("Sec-Fetch-Mode", "navigate")
                .with("Sec-Fetch-Dest", "document");
        RequestHead frame = RequestHead.get("/x")
                .with("Sec-Fetch-Site", "cross-site")
                .with("Sec-Fetch-Mode", "navigate")
                .with("Sec-Fetch-Dest", "iframe");
        assertThat(check.showsActivity(image)).isFalse();
        assertThat(check.showsActivity(navigation)).isTrue();
        assertThat(check.showsActivity(frame)).isFalse();
        assertThat(check.showsActivity(RequestHead.get("/x").with("Origin", "https://evil.test")))
                .isFalse();
        assertThat(check.showsActivity(RequestHead.get("/x").with("Origin", "https://app.example.com")))
                .isTrue();
    }
}
