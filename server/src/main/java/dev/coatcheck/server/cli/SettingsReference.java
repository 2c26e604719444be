package dev.coatcheck.server.cli;

import dev.coatcheck.settings.Setting;
import dev.coatcheck.settings.Settings;
import dev.coatcheck.settings.SettingsTable;
import java.util.ArrayList;
import java.util.List;

/** The table of settings as text: for a terminal, and as docs/configuration.md. */
final class SettingsReference {
    /** What makes the page anew. */
    static final String COMMAND = "./coatcheck settings --markdown > docs/configuration.md";

    private static final int WIDTH = 100;

    private SettingsReference() {}

    static String text() {
        StringBuilder text = new StringBuilder();
        for (SettingsTable.Section section : SettingsTable.SECTIONS) {
            text.append(section.title()).append('\n');
            for (Setting<?> setting : section.settings()) {
                text.append("  ")
                        .append(setting.key())
                        .append("  (")
                        .append(byDefault(setting))
                        .append(")\n");
                wrapped(setting.doc(), WIDTH - 6)
                        .forEach(line -> text.append("      ").append(line).append('\n'));
            }
            text.append('\n');
        }
        return text.append("In a file: session.idle: 10m, or session: and below it idle: 10m. In the environment:"
                        + " COATCHECK_SESSION_IDLE=10m.\n")
                .toString();
    }

    static String inForce(Settings settings) {
        StringBuilder text = new StringBuilder();
        SettingsTable.all()
                .forEach(setting -> text.append(String.format(
                        "%-26s %-40s %s%n", setting.key(), settings.text(setting), settings.where(setting))));
        return text.toString();
    }

    static String markdown() {
        StringBuilder page = new StringBuilder(HEAD);
        for (SettingsTable.Section section : SettingsTable.SECTIONS) {
            page.append("\n## ").append(section.title()).append('\n');
            page.append("| key | default | what it does | written as |\n| --- | --- | --- | --- |\n");
            for (Setting<?> setting : section.settings()) {
                page.append("| `").append(setting.key()).append("`<br>`").append(setting.environmentName());
                page.append("` | ")
                        .append(setting.defaultText().isEmpty() ? "empty" : "`" + setting.defaultText() + "`");
                page.append(" | ").append(cell(setting.doc() + notes(setting)));
                page.append(" | ").append(cell(written(setting)));
                page.append(" |\n");
            }
        }
        return page.toString();
    }

    private static final String HEAD = """
            # Settings

            <!-- Made from the table in dev.coatcheck.settings by: ./coatcheck settings --markdown > docs/configuration.md
                 A test compares the two. -->

            `coatcheck serve --config coatcheck.yml` reads a YAML file; each setting has a name in the environment too, and the
            environment wins. A key may be written with dots or as nested maps:

            ```yaml
            listen: 127.0.0.1:8080
            public-url: https://api.example.com
            apps:
              - https://app.example.com
            session:
              idle: 30m
              absolute: 12h
            ```

            A list may be one text with commas, in the environment always. An unknown key, a key that is set twice, a value of
            another shape and a combination that no browser would put up with are refused at the start, all at once, each with
            its line and the way out; exit code 3. Relative file names start at the working directory. `coatcheck settings
            --in-force --config FILE` shows what is in force and where each value comes from; secrets are not shown.

            A file can hold everything but `keys.wrapping-key` and `database.password`. The address of a database or a Redis may
            hold a password: keep such a file to its owner, or use `COATCHECK_DATABASE_PASSWORD` and `COATCHECK_SESSIONS`.
            """;

    private static String notes(Setting<?> setting) {
        return setting.isSecret() ? " Never printed." : "";
    }

    private static String byDefault(Setting<?> setting) {
        return setting.defaultText().isEmpty() ? "empty" : setting.defaultText();
    }

    private static String written(Setting<?> setting) {
        String how = setting.shape().wayOut();
        return setting.shape().isList() ? how + " Any number of them." : how;
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("<", "&lt;");
    }

    private static List<String> wrapped(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (line.length() > 0 && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
