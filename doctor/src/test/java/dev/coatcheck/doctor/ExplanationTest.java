package dev.coatcheck.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.browser.Profile;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExplanationTest {
    private static final String VALUE = "0123456789abcdef0123456789abcdef";

    static Stream<Arguments> sickLines() {
        return Stream.of(
                Arguments.of(
                        "Set-Cookie: sid=%s; SameSite=None; HttpOnly",
                        "http://localhost:3000/",
                        "http://localhost:8000/login",
                        FindingCode.COOKIE_SAMESITE_NONE_INSECURE),
                Arguments.of(
                        "Set-Cookie: sid=%s; SameSite=None",
                        "http://localhost:3000", "http://localhost:8000", FindingCode.COOKIE_SAMESITE_NONE_INSECURE),
                Arguments.of(
                        "Set-Cookie: sid=%s; SameSite=Lax; HttpOnly",
                        "https://app.example.com/", "https://api.other.com/", FindingCode.COOKIE_SAMESITE_CROSS_SITE),
                Arguments.of(
                        "Set-Cookie: sid=%s; HttpOnly",
                        "https://app.example.com/", "https://api.other.com/", FindingCode.COOKIE_SAMESITE_MISSING),
                Arguments.of(
                        "Set-Cookie: sid=%s; Domain=co.uk",
                        "https://a.foo.co.uk/", "https://b.foo.co.uk/", FindingCode.COOKIE_DOMAIN_PUBLIC_SUFFIX),
                Arguments.of(
                        "Set-Cookie: sid=%s; Domain=.example.org",
                        "https://app.example.com/", "https://api.example.com/", FindingCode.COOKIE_DOMAIN_MISMATCH),
                Arguments.of(
                        "set-cookie: __Host-sid=%s; Secure",
                        "https://app.example.com/", "https://app.example.com/api/", FindingCode.COOKIE_PREFIX_BROKEN),
                Arguments.of(
                        "Set-Cookie: sid=%s; Secure; HttpOnly",
                        "http://dev.local:3000/", "http://dev.local:8000/", FindingCode.COOKIE_SECURE_ON_HTTP),
                Arguments.of(
                        "Set-Cookie: sid=%s; HttpOnly",
                        "http://localhost:3000/", "http://127.0.0.1:8000/", FindingCode.LOCALHOST_VS_127),
                Arguments.of(
                        "Set-Cookie: sid=%s; SameSite=Lax; HttpOnly",
                        "http://app.example.com/", "https://app.example.com/", FindingCode.COOKIE_CROSS_SCHEME),
                Arguments.of(
                        "Set-Cookie: sid=%s; SameSite=Lax",
                        "http://localhost:3000/", "http://localhost:8000/", FindingCode.COOKIE_NOT_HTTP_ONLY),
                Arguments.of(
                        "Access-Control-Allow-Origin: *",
                        "http://localhost:3000/",
                        "http://localhost:8000/",
                        FindingCode.CORS_WILDCARD_WITH_CREDENTIALS),
                Arguments.of(
                        "Access-Control-Allow-Origin: http://localhost:3000",
                        "http://localhost:3000/",
                        "http://localhost:8000/",
                        FindingCode.CORS_CREDENTIALS_MISSING),
                Arguments.of(
                        "Access-Control-Allow-Origin: http://127.0.0.1:3000",
                        "http://localhost:3000/",
                        "http://localhost:8000/",
                        FindingCode.LOCALHOST_VS_127),
                Arguments.of(
                        "Set-Cookie: sid=%s",
                        "https://app.example.com/", "http://api.example.com/", FindingCode.MIXED_CONTENT));
    }

    @ParameterizedTest
    @MethodSource("sickLines")
    void aLineIsExplained(String line, String page, String request, FindingCode expected) throws CouldNotRunException {
        Report report = new Doctor().explain(List.of(line.formatted(VALUE)), page, request, Profile.CHROMIUM);
        assertThat(report.first().map(Finding::code)).contains(expected);
        assertThat(JsonReport.of(report)).doesNotContain(VALUE);
    }

    @Test
    void aGoodCookieIsKeptAndSent() throws CouldNotRunException {
        Report report = new Doctor()
                .explain(
                        List.of("Set-Cookie: sid=" + VALUE + "; Path=/; HttpOnly; SameSite=Lax"),
                        "http://localhost:3000/",
                        "http://localhost:8000/login",
                        Profile.CHROMIUM);
        assertThat(report.healthy()).isTrue();
        assertThat(report.story()).extracting(StoryLine::says).anyMatch(says -> says.startsWith("keeps sid"));
        assertThat(report.story())
                .filteredOn(line -> line.step().equals("fetch with credentials"))
                .extracting(StoryLine::says)
                .containsExactly("sends sid");
    }

    @Test
    void browsersDiffer() throws CouldNotRunException {
        List<String> line = List.of("Set-Cookie: sid=" + VALUE + "; Path=/; Secure; HttpOnly; SameSite=Lax");
        assertThat(new Doctor()
                        .explain(line, "http://localhost:3000/", "http://localhost:8000/", Profile.CHROMIUM)
                        .healthy())
                .isTrue();
        assertThat(new Doctor()
                        .explain(line, "http://localhost:3000/", "http://localhost:8000/", Profile.SAFARI)
                        .first())
                .map(Finding::code)
                .contains(FindingCode.COOKIE_SECURE_ON_HTTP);
    }

    @Test
    void otherHeadersAndNonsenseAreRefused() {
        for (String line : List.of("X-Frame-Options: DENY", "sid=1", "", ": x")) {
            assertThatThrownBy(() ->
                            new Doctor().explain(List.of(line), "http://a.test/", "http://a.test/", Profile.CHROMIUM))
                    .isInstanceOf(CouldNotRunException.class);
        }
        assertThatThrownBy(() ->
                        new Doctor().explain(List.of("Set-Cookie: a=1"), "nowhere", "http://a.test/", Profile.CHROMIUM))
                .hasMessageContaining("--page");
    }
}
