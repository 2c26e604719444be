package dev.coatcheck.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;

/** The packages of {@code src/test/node}, installed once below {@code target} from the lock file. */
final class NodeModules {
    private NodeModules() {}

    static synchronized Path folder() {
        Path target = Path.of("target", "node").toAbsolutePath();
        Path lock = Path.of("src", "test", "node", "package-lock.json");
        try {
            if (!Files.exists(target.resolve("installed")) || !sameBytes(lock, target.resolve("package-lock.json"))) {
                install(target, lock);
            }
        } catch (IOException e) {
            throw new AssertionError("node and npm are needed on the PATH to start Express: " + e.getMessage(), e);
        }
        return target.resolve("node_modules");
    }

    private static boolean sameBytes(Path a, Path b) throws IOException {
        return Files.exists(b) && Files.mismatch(a, b) < 0;
    }

    private static void install(Path target, Path lock) throws IOException {
        Files.createDirectories(target);
        Files.deleteIfExists(target.resolve("installed"));
        Files.copy(
                lock.resolveSibling("package.json"),
                target.resolve("package.json"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.copy(lock, target.resolve("package-lock.json"), StandardCopyOption.REPLACE_EXISTING);
        Process npm = new ProcessBuilder("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
                .directory(target.toFile())
                .redirectErrorStream(true)
                .redirectOutput(target.resolve("npm.log").toFile())
                .start();
        try {
            if (!npm.waitFor(3, TimeUnit.MINUTES) || npm.exitValue() != 0) {
                npm.destroyForcibly();
                throw new AssertionError("npm ci failed:\n" + Files.readString(target.resolve("npm.log")));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while npm was installing", e);
        }
        Files.createFile(target.resolve("installed"));
    }
}
