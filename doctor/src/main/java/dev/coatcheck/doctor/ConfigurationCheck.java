package dev.coatcheck.doctor;

import java.nio.file.Path;
import java.util.List;

/** Reads a configuration file of Coatcheck and says what is wrong with it; implemented where the settings are known. */
@FunctionalInterface
public interface ConfigurationCheck {
    /**
     * One thing that is wrong, or worth knowing.
     *
     * @param weight {@link Weight#BREAKS} when a server would refuse to start, {@link Weight#NOTE} when it would warn
     * @param where the file and line, and the setting's key, such as {@code coatcheck.yml:7: cookie.same-site}
     * @param says what is wrong and the change to make, without secret values
     */
    record Complaint(Weight weight, String where, String says) {}

    /**
     * Everything that is wrong or worth knowing.
     *
     * @throws CouldNotRunException when the file can't be read
     */
    List<Complaint> check(Path file) throws CouldNotRunException;
}
