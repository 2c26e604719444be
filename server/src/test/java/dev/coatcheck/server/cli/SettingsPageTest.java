package dev.coatcheck.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.settings.Setting;
import dev.coatcheck.settings.SettingsTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SettingsPageTest {
    @Test
    void thePageIsMadeFromTheTable() throws IOException {
        Path page = Path.of(System.getProperty("coatcheck.root", ".."), "docs", "configuration.md");
        assertThat(Files.readString(page))
                .as("docs/configuration.md is not what the table says. Make it anew: " + SettingsReference.COMMAND)
                .isEqualTo(SettingsReference.markdown());
    }

    @Test
    void theHelpNamesEverySettingAndItsDefault() {
        String text = SettingsReference.text();
        SettingsTable.all().map(Setting::key).forEach(key -> assertThat(text).contains("  " + key + "  ("));
    }
}
