package dev.coatcheck.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.settings.MisconfigurationException;
import dev.coatcheck.site.Origin;
import dev.coatcheck.site.SameSite;
import dev.coatcheck.transport.CookiePolicy.Wishes;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CookiePolicyTest {
    private static Origin origin(String text) {
        return Origin.parse(text).orElseThrow();
    }

    private static Wishes wishes(
            String name, String domain, String path, SameSite sameSite, boolean risk, boolean third) {
        return new Wishes(
                Optional.ofNullable(name),
                Optional.ofNullable(domain),
                Optional.ofNullable(path),
                Optional.ofNullable(sameSite),
                false,
                risk,
                third);
    }

    private static String header(String api, String apps, Wishes wishes) {
        List<Origin> origins =
                Arrays.stream(apps.split(" ")).map(CookiePolicyTest::origin).toList();
        return CookiePolicy.forTopology(origin(api), origins, wishes)
                .cookie("v", Duration.ofHours(1))
                .header();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://api.example.com | https://app.example.com | __Host-coatcheck=v; Path=/; Secure; HttpOnly; SameSite=Lax",
                "https://example.com     | https://example.com     | __Host-coatcheck=v; Path=/; Secure; HttpOnly; SameSite=Lax",
                "http://localhost:8080   | http://localhost:3000   | coatcheck=v; Path=/; HttpOnly; SameSite=Lax",
                "http://dev.local:8080   | http://dev.local:3000   | coatcheck=v; Path=/; HttpOnly; SameSite=Lax",
                "http://192.168.1.5:8080 | http://192.168.1.5:3000 | coatcheck=v; Path=/; HttpOnly; SameSite=Lax",
            })
    void attributesFollowTheTopology(String api, String app, String expected) {
        List<String> parts = Arrays.asList(expected.split("; "));
        assertThat(header(api, app, Wishes.NONE).split("; ")).containsExactlyInAnyOrderElementsOf(parts);
    }

    @Test
    void aDomainNeedsTheWordThatItsRiskIsAccepted() {
        assertThat(header(
                        "http://dev.local:8080",
                        "http://dev.local:3000",
                        wishes(null, "dev.local", null, null, true, false)))
                .contains("Domain=dev.local")
                .startsWith("coatcheck=");
        assertThat(header(
                        "https://api.example.com",
                        "https://app.example.com",
                        wishes(null, ".example.com", null, null, true, false)))
                .contains("Domain=example.com")
                .startsWith("__Secure-coatcheck=");
        refused(
                "https://api.example.com",
                "https://app.example.com",
                wishes(null, "example.com", null, null, false, false),
                "domain-risk");
    }

    @Test
    void whatBrowsersDropIsRefusedWithTheWayOut() {
        Wishes domain = wishes(null, "example.org", null, null, true, false);
        refused("https://api.example.com", "https://app.example.com", domain, "does not cover");
        refused(
                "https://api.example.co.uk",
                "https://app.example.co.uk",
                wishes(null, "co.uk", null, null, true, false),
                "public suffix");
        refused(
                "https://api.example.com",
                "https://app.example.com",
                wishes("__Host-s", "example.com", null, null, true, false),
                "can't have a Domain");
        refused(
                "http://localhost:8080",
                "http://localhost:3000",
                wishes("__Host-s", null, null, null, false, false),
                "must be Secure");
        refused(
                "http://localhost:8080",
                "http://localhost:3000",
                wishes(null, null, null, SameSite.NONE, false, false),
                "needs Secure");
        refused(
                "https://api.example.com",
                "https://app.example.com",
                wishes("a b", null, null, null, false, false),
                "drop the session cookie");
        refused(
                "https://api.example.com",
                "https://app.example.com",
                wishes("__Host-s", null, "/api", null, false, false),
                "drop the session cookie");
    }

    @Test
    void appsThatTheSuffixListSplitsOffAreRefusedOnCookies() {
        refused("https://api.github.io", "https://app.github.io", Wishes.NONE, "different sites");
        refused("http://localhost:8080", "http://127.0.0.1:3000", Wishes.NONE, "different sites");
        refused("https://localhost:8080", "http://localhost:3000", Wishes.NONE, "different sites");
        refused("https://api.example.com", "https://app.example.org", Wishes.NONE, "bearer");
        refused(
                "http://api.example.com",
                "http://app.example.org",
                wishes(null, null, null, null, false, true),
                "no browser keeps");
        refused(
                "https://api.example.com",
                "https://app.example.org",
                wishes(null, null, null, SameSite.LAX, false, true),
                "another site");
        assertThat(header(
                        "https://api.example.com",
                        "https://app.example.org",
                        wishes(null, null, null, null, false, true)))
                .contains("SameSite=None")
                .contains("Secure");
    }

    @Test
    void aPersistentCookieLivesToTheAbsoluteEnd() {
        Wishes persistent =
                new Wishes(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), true, false, false);
        assertThat(header("https://example.com", "https://example.com", persistent))
                .contains("Max-Age=3600");
        assertThat(header("https://example.com", "https://example.com", Wishes.NONE))
                .doesNotContain("Max-Age");
    }

    private static void refused(String api, String app, Wishes wishes, String reason) {
        assertThatThrownBy(() -> header(api, app, wishes))
                .isInstanceOf(MisconfigurationException.class)
                .hasMessageContaining(reason)
                .satisfies(e ->
                        assertThat(((MisconfigurationException) e).wayOut()).isNotBlank());
    }
}
