package dev.coatcheck.server.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.settings.InvalidSettingsException;
import dev.coatcheck.settings.SettingEntry;
import dev.coatcheck.settings.Settings;
import dev.coatcheck.settings.SettingsTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
    @Test
    void nestedMapsBecomeKeysWithDotsAndKeepTheirLines() {
        List<SettingEntry> entries = ConfigFile.parse("c.yml", """
                # a comment
                listen: 0.0.0.0:80
                session:
                  idle: 10m
                  absolute: 8h
                cookie.name: id
                apps:
                  - https://a.example
                  - https://b.example
                proxies: {trusted: [10.0.0.0/8, "::1"]}
                """);
        assertThat(entries)
                .extracting(entry -> entry.where() + " " + entry.key())
                .containsExactly(
                        "c.yml:2 listen",
                        "c.yml:4 session.idle",
                        "c.yml:5 session.absolute",
                        "c.yml:6 cookie.name",
                        "c.yml:8 apps",
                        "c.yml:10 proxies.trusted");
        assertThat(entries.get(4).values())
                .containsExactly(
                        new SettingEntry.Value("https://a.example", "c.yml:8"),
                        new SettingEntry.Value("https://b.example", "c.yml:9"));
        Settings settings = Settings.of(entries, Map.of());
        assertThat(settings.get(SettingsTable.SESSION_IDLE)).isEqualTo(Duration.ofMinutes(10));
        assertThat(settings.get(SettingsTable.PROXIES_TRUSTED)).containsExactly("10.0.0.0/8", "::1");
    }

    @Test
    void scalarsStayTheTextTheyWereWrittenAs() {
        assertThat(ConfigFile.parse("c", "a: no\nb: 010\nc: 1:30\nd: 'x: y'\ne: 1e3"))
                .extracting(entry -> entry.values().get(0).text())
                .containsExactly("no", "010", "1:30", "x: y", "1e3");
    }

    @Test
    void anEmptyFileSetsNothing() {
        assertThat(ConfigFile.parse("c", "")).isEmpty();
        assertThat(ConfigFile.parse("c", "# nothing\n")).isEmpty();
        assertThat(ConfigFile.parse("c", "session: {}\n")).isEmpty();
    }

    @Test
    void theSameKeyInTwoSpellingsIsADuplicate() {
        List<SettingEntry> entries = ConfigFile.parse("c", "session.idle: 1m\nsession:\n  idle: 2m\n");
        assertThatThrownBy(() -> Settings.of(entries, Map.of()))
                .hasMessage("c:3: session.idle: It is set twice, first at c:1. Remove one of the two.");
        assertThatThrownBy(() -> Settings.of(ConfigFile.parse("c", "listen: a:1\nlisten: b:2\n"), Map.of()))
                .hasMessageContaining("c:2: listen: It is set twice");
    }

    @Test
    void whatIsNotAMapOfSettingsIsRefusedWithItsLine() {
        refused("- a\n- b\n", "c:1: A map of settings is wanted.");
        refused("hello", "c:1: A map of settings is wanted.");
        refused("a: 1\n  b: 2\n", "c:2: This is not YAML: mapping values are not allowed here.");
        refused("a: \"open\n", "c:2: This is not YAML: found unexpected end of stream.");
        refused("a: 1\nb: &x 2\n", "c:2: b: Anchors and aliases have no meaning here.");
        refused("apps:\n  - {a: b}\n", "c:2: apps: A list here holds words");
        refused("a: 1\n---\nb: 2\n", "c:3: A second document starts here.");
        refused("[a]: 1\n", "c: This is not YAML that can be read here.");
        refused("a: *x\n", "c:1: This is not YAML: found undefined alias x.");
    }

    @Test
    void aMapThatHoldsItselfEnds() {
        refused("a: &a\n  b: *a\n", "c:1: a: Anchors and aliases have no meaning here.");
    }

    @Test
    void aFileThatCannotBeReadIsSaidPlainly(@TempDir Path folder) throws IOException {
        assertThatThrownBy(() -> ConfigFile.read(folder.resolve("none.yml")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("none.yml: There is no such file.");
        Path latin = Files.write(folder.resolve("latin.yml"), new byte[] {'a', ':', ' ', (byte) 0xe4});
        assertThatThrownBy(() -> ConfigFile.read(latin)).hasMessageContaining("It is not UTF-8 text.");
        assertThatThrownBy(() -> ConfigFile.read(folder)).hasMessageContaining("It can't be read");
    }

    private static void refused(String yaml, String start) {
        assertThatThrownBy(() -> ConfigFile.parse("c", yaml))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageStartingWith(start);
    }
}
