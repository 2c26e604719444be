package dev.coatcheck.doctor;

import java.nio.file.Path;
import java.util.List;

/** Reads a configuration file of Coatcheck and says what is wrong with it; implemented where the settings are known. */
@FunctionalInterface
public interface ConfigurationCheck {
    /**
     * One thing that is wrong.
     *
     * @param setting the setting's key, such as {@code cookie.same-site}
     * @param says what is wrong and why, without secret values
     * @param wayOut the change to make
     */
    record Complaint(String setting, String says, String wayOut) {}

    /**
     * Everything that is wrong; empty when a server would start with it.
     *
     * @throws CouldNotRunException when the file can't be read
     */
    List<Complaint> check(Path file) throws CouldNotRunException;
}
