package dev.coatcheck.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SetCookieTest {
    @Test
    void writesEveryAttributeOnce() {
        SetCookie cookie = SetCookie.named("sid", "abc")
                .path("/")
                .domain("example.com")
                .maxAge(Duration.ofHours(12))
                .secure()
                .httpOnly()
                .sameSite(SameSite.NONE)
                .partitioned();
        assertThat(cookie.header())
                .isEqualTo(
                        "sid=abc; Path=/; Domain=example.com; Max-Age=43200; Secure; HttpOnly; SameSite=None; Partitioned");
        assertThat(cookie.cleared().header()).startsWith("sid=; Path=/; Domain=example.com; Max-Age=0; Secure");
        assertThat(cookie.name()).isEqualTo("sid");
    }

    @Test
    void neverShowsTheValue() {
        SetCookie cookie = SetCookie.named("sid", "s3cret").path("/").secure();
        assertThat(cookie.toString()).isEqualTo("SetCookie[sid=[redacted]; Path=/; Secure]");
        assertThatThrownBy(() -> SetCookie.named("s\nid", "s3cret;").header())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'s?id'")
                .hasMessageNotContaining("s3cret");
        assertThat(CookieHeader.parse(List.of("sid=s3cret")).toString()).doesNotContain("s3cret");
    }

    @Test
    void refusesWhatBrowsersWouldDrop() {
        SetCookie plain = SetCookie.named("sid", "abc").path("/");
        assertThat(plain.sameSite(SameSite.NONE).problems()).hasSize(1);
        assertThat(plain.partitioned().problems()).hasSize(1);
        assertThat(plain.sameSite(SameSite.NONE).secure().partitioned().problems())
                .isEmpty();
        assertThat(SetCookie.named("__Host-sid", "x").problems()).hasSize(2);
        assertThat(SetCookie.named("__host-sid", "x")
                        .secure()
                        .path("/")
                        .domain("a.com")
                        .problems())
                .hasSize(1);
        assertThat(SetCookie.named("__Host-sid", "x").secure().path("/").problems())
                .isEmpty();
        assertThat(SetCookie.named("__Secure-sid", "x").problems()).hasSize(1);
        assertThat(SetCookie.named("__Http-sid", "x").secure().problems()).hasSize(1);
        assertThat(SetCookie.named("__Host-Http-sid", "x").problems()).hasSize(3);
        assertThat(SetCookie.named("__Host-Http-sid", "x")
                        .secure()
                        .httpOnly()
                        .path("/")
                        .problems())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a;b", "a=b", "a\tb", "a\0", "n\u00e4me", "a,b", "\"a\""})
    void theNameIsAToken(String name) {
        assertThat(SetCookie.named(name, "x").problems()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a;b", "a,b", "a\"b", "\"", "a\\b", "a\nb", "a\0", "\u00e4"})
    void theValueIsMadeOfCookieOctets(String value) {
        assertThat(SetCookie.named("a", value).problems()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "\"a\"", "\"\"", "a=b==", "{}"})
    void ordinaryValuesPass(String value) {
        assertThat(SetCookie.named("a", value).header()).isEqualTo("a=" + value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"com", "co.uk", "github.io", "Example.com", "a.com:80", "", ".", "a..b", "a.com/", "*.a.com;x"})
    void theDomainCanHoldCookies(String domain) {
        assertThat(SetCookie.named("a", "b").domain(domain).problems()).hasSize(1);
    }

    @Test
    void pathAndSizesHaveLimits() {
        assertThat(SetCookie.named("a", "b").path("x").problems()).hasSize(1);
        assertThat(SetCookie.named("a", "b").path("/a;b").problems()).hasSize(1);
        assertThat(SetCookie.named("a", "b").path("/" + "p".repeat(1023)).problems())
                .isEmpty();
        assertThat(SetCookie.named("a", "b").path("/" + "p".repeat(1024)).problems())
                .hasSize(1);
        assertThat(SetCookie.named("a", "v".repeat(4095)).problems()).isEmpty();
        assertThat(SetCookie.named("a", "v".repeat(4096)).problems()).hasSize(1);
        assertThat(SetCookie.named("a", "b").maxAge(Duration.ofSeconds(-5)).header())
                .isEqualTo("a=b; Max-Age=0");
    }

    @Test
    void readsEveryCookieOfARequestInOrder() {
        CookieHeader cookies =
                CookieHeader.parse(List.of("sid=1; theme=dark ;sid=2", "; nameless ;x==y;\t=z; q=\"1\""));
        assertThat(cookies.valuesOf("sid")).containsExactly("1", "2");
        assertThat(cookies.valuesOf("x")).containsExactly("=y");
        assertThat(cookies.valuesOf("")).containsExactly("nameless", "z");
        assertThat(cookies.valuesOf("q")).containsExactly("\"1\"");
        assertThat(cookies.valuesOf("SID")).isEmpty();
        assertThat(cookies.valuesOf("si")).isEmpty();
        assertThat(cookies.pairs()).hasSize(7);
        assertThat(CookieHeader.parse(List.of()).pairs()).isEmpty();
    }

    @Test
    void randomBytesNeverThrowAndWhatPassesIsReadBack() {
        Random random = new Random(6265);
        String alphabet = "ab=;, \t\"\\\0\r\n\u00e4__Host-/.";
        for (int round = 0; round < 20_000; round++) {
            String name = randomText(random, alphabet);
            String value = randomText(random, alphabet);
            CookieHeader read = CookieHeader.parse(List.of(name, value));
            for (CookieHeader.Pair pair : read.pairs()) {
                assertThat(CookieHeader.valuesOf(pair.name(), List.of(name, value)))
                        .isEqualTo(read.valuesOf(pair.name()));
            }
            SetCookie cookie = SetCookie.named(name, value).path("/").secure().httpOnly();
            if (cookie.problems().isEmpty()) {
                assertThat(CookieHeader.parse(List.of(cookie.header())).valuesOf(name))
                        .containsExactly(value);
            }
        }
    }

    @Test
    void aHugeHeaderIsReadInLinearTime() {
        CookieHeader cookies =
                CookieHeader.parse(List.of("a=b; ".repeat(200_000), ";".repeat(1_000_000), "=".repeat(1_000_000)));
        assertThat(cookies.pairs()).hasSize(200_001);
    }

    private static String randomText(Random random, String alphabet) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(8);
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
