package dev.coatcheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.csrf.ForgeryPolicy;
import dev.coatcheck.session.AttributeLimits;
import dev.coatcheck.session.SessionPolicy;
import dev.coatcheck.settings.InvalidSettingsException;
import dev.coatcheck.settings.SettingEntry;
import dev.coatcheck.settings.Settings;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.token.RotationPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigurationTest {
    @Test
    void theDefaultsAreThePoliciesOwn() {
        Configuration configuration = Configuration.of(Settings.DEFAULTS);
        assertThat(configuration.publicOrigin()).hasToString("http://localhost:8080");
        assertThat(configuration.sessions()).isEqualTo(SessionPolicy.DEFAULT);
        assertThat(configuration.rotation()).isEqualTo(RotationPolicy.DEFAULT);
        assertThat(configuration.forgery()).isEqualTo(ForgeryPolicy.DEFAULT);
        assertThat(configuration.limits()).isEqualTo(AttributeLimits.DEFAULT);
        assertThat(configuration.perUser()).isEqualTo(PerUserLimit.DEFAULT);
        assertThat(configuration.cookiePolicy().name()).isEqualTo("coatcheck");
    }

    @Test
    void theLocalUrlFollowsThePort() {
        assertThat(Configuration.of(read("listen: 127.0.0.1:9090")).publicOrigin())
                .hasToString("http://localhost:9090");
    }

    @Test
    void ownCsrfHeadersPassPreflightsAndMayBeRead() {
        Configuration configuration = Configuration.of(read("csrf.headers: X-Own", "csrf.answer-header: X-Own-Answer"));
        assertThat(configuration.cors().headers()).contains("X-Own");
        assertThat(configuration.cors().exposed()).contains("X-Own-Answer");
    }

    @Test
    void appsAndApiOfDifferentSitesAreRefusedAtTheAppsLine() {
        refused(
                "c.yml:2: apps: The app https://app.example.org and the API https://api.example.com are different sites",
                "public-url: https://api.example.com",
                "apps: https://app.example.org");
    }

    @Test
    void theSameAppsAreFineForBearerAlone() {
        Configuration configuration = Configuration.of(
                read("public-url: https://api.example.com", "apps: https://app.example.org", "transports: bearer"));
        assertThat(configuration.apps()).hasSize(1);
    }

    @Test
    void aHostCookieWithADomainIsRefusedAtTheNamesLine() {
        refused(
                "c.yml:4: cookie.name: A cookie named __Host-id can't have a Domain",
                "public-url: https://api.example.com",
                "cookie.domain: example.com",
                "cookie.domain-risk: accepted",
                "cookie.name: __Host-id");
    }

    @Test
    void aDomainWhoseRiskNobodyAcceptedIsRefused() {
        refused(
                "c.yml:2: cookie.domain: A cookie with domain example.com is sent to",
                "public-url: https://api.example.com",
                "cookie.domain: example.com");
    }

    @Test
    void sameSiteNoneOverPlainHttpIsRefused() {
        refused("c.yml:1: cookie.same-site: SameSite=None needs Secure", "cookie.same-site: none");
    }

    @Test
    void everythingThatCannotBeIsSaidAtOnce() {
        assertThatThrownBy(() -> Configuration.of(read(
                        "cookie.domain: example.com",
                        "cookie.same-site: none",
                        "session.idle: 10s",
                        "rotation.every: 1s",
                        "session.size: 1KiB",
                        "transports: ,")))
                .isInstanceOfSatisfying(
                        InvalidSettingsException.class,
                        e -> assertThat(e.problems())
                                .extracting(problem -> problem.where() + " " + problem.key())
                                .containsExactlyInAnyOrder(
                                        "c.yml:1 cookie.domain",
                                        "c.yml:2 cookie.same-site",
                                        "c.yml:3 session.idle",
                                        "c.yml:4 rotation.every",
                                        "c.yml:5 session.size",
                                        "c.yml:6 transports"));
    }

    private static void refused(String start, String... lines) {
        assertThatThrownBy(() -> Configuration.of(read(lines)))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageStartingWith(start);
    }

    private static Settings read(String... lines) {
        List<SettingEntry> entries = new ArrayList<>();
        for (int i = 0; i < lines.length; i++) {
            int colon = lines[i].indexOf(": ");
            entries.add(
                    SettingEntry.of(lines[i].substring(0, colon), lines[i].substring(colon + 2), "c.yml:" + (i + 1)));
        }
        return Settings.of(entries, Map.of());
    }
}
