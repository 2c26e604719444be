package dev.coatcheck.settings;

import java.util.List;
import java.util.stream.Collectors;

/** Settings that can't be: everything that is wrong with them, not just the first thing. */
public final class InvalidSettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<SettingProblem> problems;

    private InvalidSettingsException(List<SettingProblem> problems) {
        super(problems.stream().map(SettingProblem::toString).collect(Collectors.joining(System.lineSeparator())));
        this.problems = List.copyOf(problems);
    }

    /** With all of these, in the order of the file. */
    public static InvalidSettingsException of(List<SettingProblem> problems) {
        return new InvalidSettingsException(problems);
    }

    /** What is wrong, one line each. */
    public List<SettingProblem> problems() {
        return problems;
    }
}
