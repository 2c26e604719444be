package dev.coatcheck.browser;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Recorded files: from a folder named by a system property, from the class path, or from beside the repository. */
final class Corpus {
    private Corpus() {}

    /** The folder that a property names, if it is set. */
    static Optional<Path> folder(String property) {
        String value = System.getProperty(property, "");
        return value.isBlank() ? Optional.empty() : Optional.of(fromRoot(Path.of(value)));
    }

    /** A path, relative ones seen from the root of the repository. */
    static Path fromRoot(Path path) {
        return Path.of(System.getProperty("coatcheck.root", "..")).resolve(path).normalize();
    }

    static JsonNode read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return JsonMapper.shared().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("Can't read " + file, e);
        }
    }

    static JsonNode resource(String name) {
        try (InputStream in = Corpus.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("Missing test resource " + name);
            }
            return JsonMapper.shared().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("Can't read " + name, e);
        }
    }
}
