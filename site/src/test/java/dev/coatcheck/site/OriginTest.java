package dev.coatcheck.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.net.URI;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginTest {
    @ParameterizedTest
    @CsvSource({
        "https://app.example.com, https://app.example.com",
        "HTTPS://App.Example.COM, https://app.example.com",
        "https://app.example.com:443, https://app.example.com",
        "http://app.example.com:80, http://app.example.com",
        "http://app.example.com:443, http://app.example.com:443",
        "http://localhost:3000, http://localhost:3000",
        "https://app.b\u00fccher.com, https://app.xn--bcher-kva.com",
        "http://[::1]:3000, http://[::1]:3000",
        "http://[2001:DB8:0:0:0:0:0:1], http://[2001:db8::1]",
        "http://[::ffff:127.0.0.1], http://[::ffff:7f00:1]",
        "http://127.1:8000, http://127.0.0.1:8000",
        "http://0x7f.0.0.1, http://127.0.0.1",
        "http://2130706433, http://127.0.0.1",
        "https://example.com., https://example.com.",
        "http://my_service:8080, http://my_service:8080",
    })
    void isBroughtIntoCanonicalForm(String given, String canonical) {
        assertThat(Origin.parse(given).map(Origin::toString)).contains(canonical);
        assertThat(Origin.parse(canonical)).isEqualTo(Origin.parse(given));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "*",
                "https://",
                "https://a.com/",
                "https://a.com/x",
                "https://a.com?x",
                "https://a.com#x",
                "https://a.com https://b.com",
                "https://a.com, https://b.com",
                "https://u@a.com",
                "https://u:p@a.com",
                "a.com",
                "//a.com",
                "ftp://a.com",
                "file:///x",
                "https://a.com:",
                "https://a.com:0",
                "https://a.com:65536",
                "https://a.com:8o",
                "https://a.com:+8",
                "https://a.com:443:443",
                "https://a..com",
                "https://.a.com",
                "https://[::1",
                "https://::1",
                "https://[::1%25eth0]",
                "https://[1:2:3:4:5:6:7]",
                "https://[1::2::3]",
                "https://[1:2:3:4:5:6:7:8:9]",
                "https://[12345::]",
                "https://256.1.1.1",
                "https://1.2.3.4.5",
                "https://1.2.3.08",
                "https://a.com\n",
                " https://a.com",
                "https://a.com ",
                "https://a\tb.com",
                "https://a\0.com",
                "https://a%41.com",
                "https://a.com\u007f",
                "https://*.a.com",
                "https://a.com;b",
                "https:\\\\a.com",
                "https://a\\b.com",
                "https://{tenant}.a.com",
                "data:text/html,x",
                "https://[1:2:3:4:5:6:7::8]",
                "https://[::1.2.3]",
                "https://[1.2.3.4::]"
            })
    void refusesEverythingElse(String given) {
        assertThat(Origin.parse(given)).isEmpty();
    }

    @Test
    void readsTheOriginOfAUrl() {
        assertThat(Origin.ofUrl("https://u:p@App.example.com:8443/x?y=http://z/#f")
                        .map(Origin::toString))
                .contains("https://app.example.com:8443");
        assertThat(Origin.ofUrl("http://localhost:3000?x").map(Origin::toString))
                .contains("http://localhost:3000");
        assertThat(Origin.of(URI.create("http://my_host:81/x")).map(Origin::toString))
                .contains("http://my_host:81");
        assertThat(Origin.of(URI.create("http://user@a.com/x")).map(Origin::host))
                .contains("a.com");
        assertThat(Origin.of(URI.create("mailto:a@b.com"))).isEmpty();
        assertThat(Origin.of(URI.create("/relative"))).isEmpty();
        assertThat(Origin.ofUrl("ws://a.com")).isEmpty();
        assertThat(Origin.ofUrl("nothing")).isEmpty();
    }

    @Test
    void tellsItsParts() {
        Origin origin = Origin.parse("https://app.example.com").orElseThrow();
        assertThat(origin.scheme()).isEqualTo("https");
        assertThat(origin.host()).isEqualTo("app.example.com");
        assertThat(origin.port()).isEqualTo(443);
        assertThat(origin.isSecure()).isTrue();
        assertThat(origin)
                .hasSameHashCodeAs(Origin.parse("https://app.example.com:443").orElseThrow());
        assertThat(origin)
                .isNotEqualTo(Origin.parse("https://app.example.com:444").orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({
        "https://a.com, true", "http://a.com, false", "http://localhost:1, true", "http://api.localhost, true",
        "http://localhost., true", "http://127.0.0.1, true", "http://127.9.9.9, true", "http://[::1], true",
        "http://192.168.1.5, false", "http://dev.local, false", "http://notlocalhost, false",
                "http://127.0.0.1.nip.io, false",
        "http://[::2], false", "http://0.0.0.0, false",
    })
    void knowsWhatIsPotentiallyTrustworthy(String origin, boolean expected) {
        assertThat(Origin.parse(origin).orElseThrow().isPotentiallyTrustworthy())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:3000, http://localhost:8000, true",
        "http://localhost, http://127.0.0.1, false",
        "http://localhost, http://api.localhost, false",
        "https://localhost, http://localhost, false",
        "https://app.example.com, https://api.example.com, true",
        "https://app.example.com, http://api.example.com, false",
        "https://a.github.io, https://b.github.io, false",
        "https://a.co.uk, https://b.co.uk, false",
        "http://app.dev.local, http://api.dev.local, true",
        "http://192.168.0.1, http://192.168.0.2, false",
    })
    void comparesSitesSchemefully(String one, String other, boolean same) {
        Origin first = Origin.parse(one).orElseThrow();
        Origin second = Origin.parse(other).orElseThrow();
        assertThat(first.sameSiteAs(second)).isEqualTo(same);
        assertThat(second.sameSiteAs(first)).isEqualTo(same);
    }

    @Test
    void whateverIsParsedIsWrittenAndReadBackTheSame() {
        Random random = new Random(6454);
        String alphabet = "htps:/[]@%.*:0127.1fabzAZ-_ \t\n\u00fc\u3002?#,null";
        for (int round = 0; round < 50_000; round++) {
            StringBuilder text = new StringBuilder(random.nextInt(3) == 0 ? "" : "https://");
            int length = random.nextInt(14);
            for (int i = 0; i < length; i++) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            String given = text.toString();
            assertThatCode(() -> Origin.parse(given).ifPresent(origin -> {
                        assertThat(Origin.parse(origin.toString())).contains(origin);
                        assertThat(Origin.ofUrl(origin + "/path")).contains(origin);
                        assertThat(origin.toString()).isPrintable().isLowerCase();
                        Site.of(origin);
                    }))
                    .as("input '%s'", given)
                    .doesNotThrowAnyException();
        }
    }
}
