package dev.coatcheck.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Java that the measured servers run on.
 *
 * @param home its folder
 * @param version such as {@code 17.0.15}
 */
record Jdk(Path home, String version) {
    private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"([^\"]+)\"");

    /** The one in this folder. @throws CannotMeasureException when there is none */
    static Jdk at(Path home) {
        try {
            Matcher version = VERSION.matcher(Files.readString(home.resolve("release")));
            if (version.find() && Files.isExecutable(home.resolve("bin/java"))) {
                return new Jdk(home, version.group(1));
            }
            throw CannotMeasureException.because("There is no JDK in " + home + ".", "Name a folder with bin/java.");
        } catch (IOException e) {
            throw CannotMeasureException.because("There is no JDK in " + home + ".", "Name a folder with bin/java.", e);
        }
    }

    /** The one that runs now. */
    static Jdk running() {
        return new Jdk(Path.of(System.getProperty("java.home")), System.getProperty("java.version"));
    }

    /** The beginning of a command line for a main class on our own class path. */
    List<String> command() {
        String java = home.resolve("bin/java").toString();
        return feature() < 22 ? List.of(java) : List.of(java, "--enable-native-access=ALL-UNNAMED");
    }

    private int feature() {
        return Integer.parseInt(version.replaceFirst("^(\\d+).*", "$1"));
    }
}
