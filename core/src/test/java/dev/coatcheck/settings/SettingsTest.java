package dev.coatcheck.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.coatcheck.session.AttributeLimits;
import dev.coatcheck.session.SessionPolicy;
import dev.coatcheck.site.Origin;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static final Map<String, String> NO_ENVIRONMENT = Map.of();

    @Test
    void nothingSetMeansTheDefaults() {
        Settings settings = Settings.of(List.of(), NO_ENVIRONMENT);
        SettingsTable.all().forEach(setting -> {
            assertThat(settings.<Object>get(any(setting))).as(setting.key()).isEqualTo(setting.byDefault());
            assertThat(settings.where(setting)).isEqualTo("default");
        });
    }

    @Test
    void keysAndVariablesAreUnique() {
        assertThat(SettingsTable.all().map(Setting::key)).doesNotHaveDuplicates();
        assertThat(SettingsTable.all().map(Setting::environmentName)).doesNotHaveDuplicates();
        assertThat(SettingsTable.SESSION_TOUCH_EVERY.environmentName()).isEqualTo("COATCHECK_SESSION_TOUCH_EVERY");
    }

    @Test
    void everyDefaultIsReadBackFromItsOwnText() {
        SettingsTable.all().forEach(SettingsTest::readsItsDefaultBack);
    }

    private static <T> void readsItsDefaultBack(Setting<T> setting) {
        String text = setting.shape().write(setting.byDefault());
        Settings read = Settings.of(List.of(), Map.of(setting.environmentName(), text.isEmpty() ? "," : text));
        assertThat(read.get(setting)).as(setting.key()).isEqualTo(setting.byDefault());
        assertThat(read.isSet(setting)).isTrue();
    }

    @Test
    void everyDocIsASentence() {
        SettingsTable.all()
                .forEach(setting -> assertThat(setting.doc())
                        .as(setting.key())
                        .matches("[A-Za-z_].*\\.")
                        .doesNotContain("\n"));
    }

    @Test
    void theEnvironmentWinsOverTheFile() {
        Settings settings = Settings.of(
                List.of(SettingEntry.of("session.idle", "10m", "coatcheck.yml:3")),
                Map.of("COATCHECK_SESSION_IDLE", "5m", "PATH", "/bin"));
        assertThat(settings.get(SettingsTable.SESSION_IDLE)).isEqualTo(Duration.ofMinutes(5));
        assertThat(settings.where(SettingsTable.SESSION_IDLE)).isEqualTo("environment");
    }

    @Test
    void aFilesLineIsRemembered() {
        Settings settings =
                Settings.of(List.of(SettingEntry.of("session.idle", "10m", "coatcheck.yml:3")), NO_ENVIRONMENT);
        assertThat(settings.where(SettingsTable.SESSION_IDLE)).isEqualTo("coatcheck.yml:3");
    }

    @Test
    void anEmptyVariableIsNotSet() {
        assertThat(Settings.of(List.of(), Map.of("COATCHECK_SESSION_IDLE", " ")).isSet(SettingsTable.SESSION_IDLE))
                .isFalse();
    }

    @Test
    void whatKubernetesSetsForAServiceOfOurNameIsLeftAlone() {
        Settings settings = Settings.of(
                List.of(),
                Map.of(
                        "COATCHECK_SERVICE_HOST",
                        "10.0.0.1",
                        "COATCHECK_PORT",
                        "tcp://10.0.0.1:80",
                        "COATCHECK_PORT_80_TCP_ADDR",
                        "10.0.0.1",
                        "COATCHECK_SERVICE_PORT_HTTP",
                        "80"));
        assertThat(SettingsTable.all().noneMatch(settings::isSet)).isTrue();
    }

    @Test
    void aListIsWrittenAsListOrWithCommas() {
        Settings file = Settings.of(
                List.of(new SettingEntry(
                        "apps",
                        "f:1",
                        List.of(
                                new SettingEntry.Value("https://a.example", "f:2"),
                                new SettingEntry.Value("https://B.example:443", "f:3")),
                        true)),
                NO_ENVIRONMENT);
        Settings environment = Settings.of(List.of(), Map.of("COATCHECK_APPS", "https://a.example, https://b.example"));
        List<Origin> expected = List.of(
                Origin.parse("https://a.example").orElseThrow(),
                Origin.parse("https://b.example").orElseThrow());
        assertThat(file.get(SettingsTable.APPS)).isEqualTo(expected);
        assertThat(environment.get(SettingsTable.APPS)).isEqualTo(expected);
    }

    @Test
    void everythingWrongIsSaidAtOnceWithLineAndWayOut() {
        InvalidSettingsException refused = refused(
                List.of(
                        SettingEntry.of("session.idel", "30m", "c.yml:2"),
                        SettingEntry.of("session.absolute", "half a day", "c.yml:3"),
                        SettingEntry.of("session", "30m", "c.yml:4"),
                        SettingEntry.of("zebra", "1", "c.yml:5"),
                        SettingEntry.of("apps", "*", "c.yml:6"),
                        SettingEntry.of("public-url", "https://api.example.com/", "c.yml:7"),
                        SettingEntry.of("base-path", "/a", "c.yml:8"),
                        SettingEntry.of("base-path", "/b", "c.yml:9"),
                        new SettingEntry("listen", "c.yml:10", List.of(), true),
                        SettingEntry.of("cookie.persistent", "yes", "c.yml:11"),
                        SettingEntry.of("keys.wrapping-key", "x", "c.yml:12"),
                        SettingEntry.of("log.level", "", "c.yml:13")),
                Map.of("COATCHECK_SESION_IDLE", "1m", "COATCHECK_LISTEN", "8080"));
        assertThat(refused.problems())
                .extracting(SettingProblem::toString)
                .containsExactly(
                        "c.yml:2: session.idel: There is no such setting. Did you mean session.idle?",
                        "c.yml:3: session.absolute: \"half a day\" is not a duration. Write a number and a unit without"
                                + " a space: 500ms, 90s, 30m, 12h or 7d.",
                        "c.yml:4: session: It is a group of settings and has no value of its own. Write session.idle,"
                                + " session.absolute, session.touch-every, session.anonymous-idle,"
                                + " session.anonymous-per-address, session.per-user,"
                                + " session.per-user-policy, session.survivors, session.value-size, session.attributes,"
                                + " session.size, session.purge-every.",
                        "c.yml:5: zebra: There is no such setting. Remove it; coatcheck settings lists what there is.",
                        "c.yml:6: apps: \"*\" is a wildcard, and browsers send no credentials to a wildcard. Write each"
                                + " origin: https://app.example.com.",
                        "c.yml:7: public-url: \"https://api.example.com/\" is more than an origin: an origin has no"
                                + " path, query or user. Write https://api.example.com.",
                        "c.yml:9: base-path: It is set twice, first at c.yml:8. Remove one of the two.",
                        "c.yml:10: listen: It takes one value, not a list. Write host and port, such as"
                                + " 127.0.0.1:8080, 0.0.0.0:8080 or [::1]:8080.",
                        "c.yml:11: cookie.persistent: \"yes\" is not true or false. Write true or false.",
                        "c.yml:12: keys.wrapping-key: It does not belong into a file. Set the environment variable"
                                + " COATCHECK_KEYS_WRAPPING_KEY.",
                        "c.yml:13: log.level: It has no value. Write one of error, warning, info, debug, trace.",
                        "environment: COATCHECK_LISTEN: \"8080\" is not an address to listen on. Write host and port,"
                                + " such as 127.0.0.1:8080, 0.0.0.0:8080 or [::1]:8080.",
                        "environment: COATCHECK_SESION_IDLE: There is no such setting. Did you mean"
                                + " COATCHECK_SESSION_IDLE?");
    }

    @Test
    void aBadElementIsRefusedAtItsOwnLine() {
        InvalidSettingsException refused = refused(
                List.of(new SettingEntry(
                        "apps",
                        "c.yml:1",
                        List.of(
                                new SettingEntry.Value("https://a.example", "c.yml:2"),
                                new SettingEntry.Value("a.example", "c.yml:3")),
                        true)),
                NO_ENVIRONMENT);
        assertThat(refused.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.where()).isEqualTo("c.yml:3");
            assertThat(problem.reason()).isEqualTo("\"a.example\" is not an origin.");
        });
    }

    @Test
    void aSecretIsNeverQuoted() {
        InvalidSettingsException refused = refused(
                List.of(SettingEntry.of("sessions", "redis//me:hunter2@host", "c.yml:1")),
                Map.of("COATCHECK_KEYS_WRAPPING_KEY", "hunter2"));
        assertThat(refused).hasMessageNotContaining("hunter2");
        assertThat(refused.problems()).hasSize(2);

        Settings settings = Settings.of(
                List.of(SettingEntry.of("sessions", "rediss://me:hunter2@host:6380/1", "c.yml:1")), NO_ENVIRONMENT);
        assertThat(settings.text(SettingsTable.SESSIONS)).isEqualTo("[secret]");
        assertThat(settings.get(SettingsTable.SESSIONS)).hasToString("redis");
        assertThat(settings.toString()).doesNotContain("hunter2");
        assertThat(SettingEntry.of("sessions", "hunter2", "c.yml:1").toString()).doesNotContain("hunter2");
    }

    @Test
    void durationsAndSizesAreReadWithTheirUnits() {
        assertThat(Map.of(
                        "500ms", Duration.ofMillis(500),
                        "90s", Duration.ofSeconds(90),
                        "30m", Duration.ofMinutes(30),
                        "12h", Duration.ofHours(12),
                        "7d", Duration.ofDays(7)))
                .allSatisfy((text, duration) -> {
                    assertThat(Shapes.DURATION.parse(text)).contains(duration);
                    assertThat(Shapes.DURATION.write(duration)).isEqualTo(text);
                });
        assertThat(List.of("", "30", "30 m", "-1s", "1.5h", "PT30M", "99999999999s", "1M"))
                .allSatisfy(text -> assertThat(Shapes.DURATION.parse(text)).isEmpty());
        assertThat(Shapes.SIZE.parse("64KiB")).contains(65_536);
        assertThat(Shapes.SIZE.parse("2047MiB")).contains(2047 * 1024 * 1024);
        assertThat(List.of("0B", "2048MiB", "64kb", "64", "1GiB"))
                .allSatisfy(text -> assertThat(Shapes.SIZE.parse(text)).isEmpty());
    }

    @Test
    void addressesToListenOnAreReadStrictly() {
        assertThat(ListenAddress.parse("[::1]:8080")).contains(new ListenAddress("::1", 8080));
        assertThat(ListenAddress.parse("localhost:80")).contains(new ListenAddress("localhost", 80));
        assertThat(new ListenAddress("::1", 8080)).hasToString("[::1]:8080");
        assertThat(List.of("8080", ":8080", "::1:8080", "h:0", "h:65536", "h:", "h", "h:1x"))
                .allSatisfy(text -> assertThat(ListenAddress.parse(text)).isEmpty());
    }

    @Test
    void theClosestKeyIsFoundByEdits() {
        List<String> known = List.of("session.idle", "session.absolute", "cookie.name");
        assertThat(Closest.to("sesion.idle", known)).contains("session.idle");
        assertThat(Closest.to("session.ilde", known)).contains("session.idle");
        assertThat(Closest.to("quite-other", known)).isEmpty();
        assertThat(Closest.distance("abcd", "abdc")).isEqualTo(1);
        assertThat(Closest.distance("", "abc")).isEqualTo(3);
    }

    @Test
    void blameFindsTheSettingsThatARefusedPolicyIsAbout() {
        Settings settings = Settings.of(
                List.of(
                        SettingEntry.of("session.idle", "10s", "c.yml:1"),
                        SettingEntry.of("session.absolute", "500d", "c.yml:2")),
                NO_ENVIRONMENT);
        Blame blame = Blame.of(settings);
        SessionPolicy policy = blame.make(
                set -> new SessionPolicy(
                        set.get(SettingsTable.SESSION_IDLE),
                        set.get(SettingsTable.SESSION_ABSOLUTE),
                        set.get(SettingsTable.SESSION_TOUCH_EVERY),
                        set.get(SettingsTable.SESSION_ANONYMOUS_IDLE)),
                SettingsTable.SESSION_IDLE,
                SettingsTable.SESSION_ABSOLUTE,
                SettingsTable.SESSION_TOUCH_EVERY);
        assertThat(policy).isEqualTo(SessionPolicy.DEFAULT);
        assertThat(blame.problems())
                .extracting(problem -> problem.where() + " " + problem.key())
                .containsExactly("c.yml:1 session.idle", "c.yml:2 session.absolute");
    }

    @Test
    void aPolicysRefusalIsASentenceWithDurationsAsTheyAreWrittenHere() {
        Settings settings = Settings.of(
                List.of(
                        SettingEntry.of("session.idle", "13h", "c.yml:1"),
                        SettingEntry.of("session.size", "1KiB", "c.yml:2")),
                NO_ENVIRONMENT);
        Blame blame = Blame.of(settings);
        blame.make(
                set -> SessionPolicy.DEFAULT.withIdle(set.get(SettingsTable.SESSION_IDLE)), SettingsTable.SESSION_IDLE);
        blame.make(
                set -> new AttributeLimits(16 * 1024, 128, set.get(SettingsTable.SESSION_SIZE)),
                SettingsTable.SESSION_SIZE);
        assertThat(blame.problems())
                .extracting(SettingProblem::toString)
                .containsExactly(
                        "c.yml:1: session.idle: The idle timeout 13h is longer than the absolute one 12h: it would never"
                                + " apply. Shorten it or lengthen the absolute timeout.",
                        "c.yml:2: session.size: One value may have 16384 bytes, and all attributes together 1024: the"
                                + " former would never apply. Lower it, or raise the latter.");
    }

    @Test
    void theWayOutNamesTheRangeAndTheWordThatStandsForNothing() {
        assertThat(refused(List.of(SettingEntry.of("near-cache.sessions", "0", "c.yml:1")), NO_ENVIRONMENT)
                        .problems())
                .extracting(SettingProblem::wayOut)
                .containsExactly("Write digits alone, 1 to 10000000. Or write off.");
    }

    private static InvalidSettingsException refused(List<SettingEntry> file, Map<String, String> environment) {
        return Optional.ofNullable(
                        catchThrowableOfType(InvalidSettingsException.class, () -> Settings.of(file, environment)))
                .orElseThrow();
    }

    @SuppressWarnings("unchecked") // only compared by equals
    private static Setting<Object> any(Setting<?> setting) {
        return (Setting<Object>) setting;
    }
}
