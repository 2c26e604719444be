package dev.coatcheck.server.cli;

import dev.coatcheck.server.run.ConfigFile;
import dev.coatcheck.server.run.Installation;
import dev.coatcheck.server.run.Plan;
import dev.coatcheck.settings.SettingEntry;
import dev.coatcheck.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command takes its settings from. */
final class ConfigOption {
    private static final Path USUAL = Path.of("coatcheck.yml");

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description =
                    "Settings in YAML. Without it: the environment's COATCHECK_CONFIG, else coatcheck.yml in the"
                            + " working directory if there is one, else the defaults. COATCHECK_... variables win over the file.")
    private @Nullable Path file;

    Settings settings(Map<String, String> environment) {
        List<SettingEntry> entries = place(environment).map(ConfigFile::read).orElse(List.of());
        return Settings.of(entries, environment);
    }

    Plan plan(Map<String, String> environment) {
        return Plan.of(settings(environment));
    }

    /** The stores that the settings name. */
    Installation open(Map<String, String> environment) {
        return Installation.open(plan(environment));
    }

    private Optional<Path> place(Map<String, String> environment) {
        return Optional.ofNullable(file)
                .or(() -> Optional.ofNullable(environment.get("COATCHECK_CONFIG"))
                        .filter(name -> !name.isBlank())
                        .map(Path::of))
                .or(() -> Optional.of(USUAL).filter(Files::exists));
    }
}
