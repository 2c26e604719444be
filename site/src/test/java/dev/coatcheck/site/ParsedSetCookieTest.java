package dev.coatcheck.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParsedSetCookieTest {
    @Test
    void readsNameValueAndEveryAttribute() {
        ParsedSetCookie cookie = ParsedSetCookie.parse(
                " sid = a=b== ; Path=/x; DOMAIN=.Example.com; Max-Age=60; Secure; httponly; SameSite=lax; Partitioned; Foo=bar");
        assertThat(cookie.defect()).isEmpty();
        assertThat(cookie.name()).isEqualTo("sid");
        assertThat(cookie.value()).isEqualTo("a=b==");
        assertThat(cookie.path()).contains("/x");
        assertThat(cookie.domain()).contains(".Example.com");
        assertThat(cookie.maxAge()).hasValue(60);
        assertThat(cookie.isSecure() && cookie.isHttpOnly() && cookie.isPartitioned())
                .isTrue();
        assertThat(cookie.sameSite()).contains(SameSite.LAX);
        assertThat(cookie.attribute("foo")).contains("bar");
        assertThat(cookie.toString()).doesNotContain("a=b");
    }

    @Test
    void theLastAttributeWinsAndLongOnesAreIgnored() {
        ParsedSetCookie cookie =
                ParsedSetCookie.parse("a=1; Path=/x; Path=/y; Domain=d; Domain=; Path=/" + "p".repeat(1024));
        assertThat(cookie.path()).contains("/y");
        assertThat(cookie.domain()).contains("");
        assertThat(ParsedSetCookie.parse("a=1; Path=x").path()).isEmpty();
        assertThat(ParsedSetCookie.parse("a=1; SameSite=Lax; SameSite=bogus").sameSite())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'', EMPTY",
        "'=', EMPTY",
        "' ; Path=/', EMPTY",
        "'a\tb=1', CONTROL_CHARACTER",
        "'a=1; x=\u0001', CONTROL_CHARACTER"
    })
    void someLinesSetNothing(String line, ParsedSetCookie.Defect defect) {
        assertThat(ParsedSetCookie.parse(line).defect()).contains(defect);
    }

    @Test
    void nameAndValueHave4096BytesTogether() {
        assertThat(ParsedSetCookie.parse("a=" + "v".repeat(4095) + "; Path=/").defect())
                .isEmpty();
        assertThat(ParsedSetCookie.parse("a=" + "v".repeat(4096)).defect()).contains(ParsedSetCookie.Defect.TOO_BIG);
    }

    @Test
    void blanksAroundPartsAreNoControlCharacters() {
        ParsedSetCookie cookie = ParsedSetCookie.parse("\ta\t=\tb\t;\tPath=/\t");
        assertThat(cookie.defect()).isEmpty();
        assertThat(cookie.name() + cookie.value()).isEqualTo("ab");
    }

    @ParameterizedTest
    @CsvSource({"3600, 3600", "+3600, 3600", "-5, -5", "003600, 3600", "99999999999999999999, 9223372036854775807"})
    void maxAgeIsAWholeNumber(String text, long seconds) {
        assertThat(ParsedSetCookie.parse("a=1; Max-Age=" + text).maxAge()).hasValue(seconds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "3600s", "3600.5", "\"3600\"", "-", "+", "0x10", "--5"})
    void otherMaxAgesAreIgnored(String text) {
        assertThat(ParsedSetCookie.parse("a=1; Max-Age=" + text).maxAge()).isEqualTo(OptionalLong.empty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Wed, 09 Jun 2027 10:18:14 GMT",
                "Wednesday, 09-Jun-27 10:18:14 GMT",
                "Wed Jun  9 10:18:14 2027",
                "10:18:14 9 june 2027",
                "9 Jun 2027 10:18:14 +0900",
                "\"Wed, 09 Jun 2027 10:18:14 GMT\"",
                "09 Jun 02027 10:18:14"
            })
    void datesAreReadInAnyOrder(String text) {
        assertThat(ParsedSetCookie.parse("a=1; Expires=" + text).expires())
                .contains(Instant.parse("2027-06-09T10:18:14Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "garbage",
                "Wed, 31 Feb 2027 10:18:14 GMT",
                "Wed, 09 Jun 2027 25:18:14 GMT",
                "09 Jun 2027 10:18",
                "2027-06-09T10:18:14Z"
            })
    void otherDatesAreIgnored(String text) {
        assertThat(ParsedSetCookie.parse("a=1; Expires=" + text).expires()).isEqualTo(Optional.empty());
    }

    @Test
    void randomBytesNeverThrow() {
        Random random = new Random(6265);
        for (int round = 0; round < 50_000; round++) {
            StringBuilder line = new StringBuilder();
            int length = random.nextInt(40);
            for (int i = 0; i < length; i++) {
                line.append(
                        random.nextInt(3) == 0 ? ";=, :\t\"".charAt(random.nextInt(7)) : (char) random.nextInt(256));
            }
            line.append(random.nextBoolean() ? "; expires=" + line : "; max-age=" + line);
            ParsedSetCookie cookie = ParsedSetCookie.parse(line.toString());
            cookie.expires();
            cookie.maxAge();
            cookie.sameSite();
            assertThat(cookie.name()).doesNotContain(";", "=");
            assertThat(cookie.value()).doesNotContain(";");
            assertThat(cookie.toString()).isNotNull();
        }
    }

    @Test
    void whatAServerWritesIsReadBack() {
        SetCookie written = SetCookie.named("__Host-sid", "abc")
                .path("/")
                .secure()
                .httpOnly()
                .sameSite(SameSite.STRICT);
        ParsedSetCookie read = ParsedSetCookie.parse(written.header());
        assertThat(read.name()).isEqualTo("__Host-sid");
        assertThat(read.sameSite()).contains(SameSite.STRICT);
        assertThat(read.isSecure() && read.isHttpOnly()).isTrue();
    }

    @Test
    void hugeLinesAreReadInLinearTime() {
        assertThat(ParsedSetCookie.parse("a=b" + "; Path=/x".repeat(200_000)).path())
                .contains("/x");
        assertThat(ParsedSetCookie.parse("=".repeat(1_000_000)).defect()).contains(ParsedSetCookie.Defect.TOO_BIG);
    }
}
