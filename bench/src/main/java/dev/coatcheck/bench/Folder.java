package dev.coatcheck.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A temporary folder that goes with the run. */
record Folder(Path path) implements AutoCloseable {
    /** Lines. */
    private static final int LAST = 10;

    static Folder create() {
        try {
            return new Folder(Files.createTempDirectory("coatcheck-bench"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last lines of a log in it, under its name. */
    static String endOf(Path log) {
        String title = System.lineSeparator() + log.getFileName() + " ends with:" + System.lineSeparator();
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
            return title
                    + String.join(
                            System.lineSeparator(), lines.subList(Math.max(0, lines.size() - LAST), lines.size()));
        } catch (IOException e) {
            return title + e;
        }
    }

    Path sub(String name) {
        try {
            return Files.createDirectories(path.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(path)) {
            // A server that is just stopping may take its own files away meanwhile.
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            System.getLogger(Folder.class.getName())
                    .log(System.Logger.Level.WARNING, "{0} was not taken away: {1}", path, e.getMessage());
        }
    }
}
