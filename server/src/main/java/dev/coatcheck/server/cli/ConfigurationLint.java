package dev.coatcheck.server.cli;

import dev.coatcheck.doctor.ConfigurationCheck;
import dev.coatcheck.doctor.CouldNotRunException;
import dev.coatcheck.doctor.Weight;
import dev.coatcheck.server.run.ConfigFile;
import dev.coatcheck.server.run.Plan;
import dev.coatcheck.settings.InvalidSettingsException;
import dev.coatcheck.settings.SettingProblem;
import dev.coatcheck.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What {@code doctor --config} says: exactly what {@code serve} would say about the same file, without starting anything. */
final class ConfigurationLint implements ConfigurationCheck {
    private final Map<String, String> environment;

    ConfigurationLint(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public List<Complaint> check(Path file) throws CouldNotRunException {
        if (!Files.isReadable(file)) {
            throw CouldNotRunException.because(file + " can't be read. Name a configuration file with --config.");
        }
        try {
            Plan plan = Plan.of(Settings.of(ConfigFile.read(file), environment));
            return plan.warnings().stream()
                    .map(warning -> new Complaint(Weight.NOTE, file.toString(), warning))
                    .toList();
        } catch (InvalidSettingsException e) {
            return e.problems().stream().map(ConfigurationLint::complaint).toList();
        }
    }

    private static Complaint complaint(SettingProblem problem) {
        String where = problem.key().isEmpty() ? problem.where() : problem.where() + ": " + problem.key();
        return new Complaint(Weight.BREAKS, where, problem.reason() + " " + problem.wayOut());
    }
}
