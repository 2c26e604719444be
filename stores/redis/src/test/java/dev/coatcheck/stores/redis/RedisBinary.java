package dev.coatcheck.stores.redis;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import redis.embedded.core.ExecutableProvider;

/** The Redis programs that tests run on. */
enum RedisBinary {
    /** What the machine has installed. */
    INSTALLED,
    /** Redis 6.2, which the test library brings. */
    EMBEDDED;

    private static Optional<Path> unpacked = Optional.empty();

    Path path() {
        return find().orElseThrow(() -> new IllegalStateException(
                "no redis-server on the PATH: install it (Debian: apt-get install redis-server)"));
    }

    Optional<Path> find() {
        return this == INSTALLED ? onPath() : Optional.of(embedded());
    }

    private static Optional<Path> onPath() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .flatMap(folder -> Stream.of("redis-server", "valkey-server").map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static synchronized Path embedded() {
        try {
            if (unpacked.isEmpty()) {
                unpacked = Optional.of(
                        ExecutableProvider.newJarResourceProvider().get().toPath());
            }
            return unpacked.get();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
