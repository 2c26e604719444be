package dev.coatcheck.stores.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A MySQL server's program: 8.0.31 out of a library, or with {@code -Dcoatcheck.mysqld=/path/to/mysqld} another one, which
 * finds its messages by itself.
 *
 * @param base where it has its messages; empty for its own default
 */
record MysqlBinary(Path program, Optional<Path> base, Optional<Path> libraries) {
    private static @Nullable MysqlBinary unpacked;

    /** The words that every start of it begins with. */
    List<String> command() {
        return Stream.concat(
                        Stream.of(program.toString(), "--no-defaults", "--user=root"),
                        base.stream().map(folder -> "--basedir=" + folder))
                .toList();
    }

    /** A start of it. */
    ProcessBuilder start(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        libraries.ifPresent(folder -> builder.environment().put("LD_LIBRARY_PATH", folder.toString()));
        return builder;
    }

    static synchronized MysqlBinary get() throws IOException {
        Optional<String> installed = Optional.ofNullable(System.getProperty("coatcheck.mysqld"));
        if (installed.isPresent()) {
            return new MysqlBinary(Path.of(installed.get()), Optional.empty(), Optional.empty());
        }
        if (unpacked == null) {
            unpacked = unpack(Files.createTempDirectory("coatcheck-mysql-base"));
        }
        return unpacked;
    }

    private static MysqlBinary unpack(Path base) throws IOException {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(base)));
        try (InputStream packed = MysqlBinary.class.getResourceAsStream("/mysql-Linux-amd64.tar.gz")) {
            if (packed == null) {
                throw new IOException("the library with MySQL's program is not on the class path");
            }
            Process tar = new ProcessBuilder("tar", "-xz", "-C", base.toString())
                    .inheritIO()
                    .redirectInput(ProcessBuilder.Redirect.PIPE)
                    .start();
            try (OutputStream in = tar.getOutputStream()) {
                packed.transferTo(in);
            }
            if (tar.waitFor() != 0) {
                throw new IOException("MySQL can't be unpacked");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        Path program = base.resolve("bin/mysqld");
        // It is linked against two libraries that it can do without.
        Path libraries = Files.createDirectory(base.resolve("hollow"));
        HollowLibrary.write(
                libraries,
                "libaio.so.1",
                Map.of("io_setup", "LIBAIO_0.4", "io_getevents", "LIBAIO_0.4", "io_submit", "LIBAIO_0.1"));
        HollowLibrary.write(
                libraries,
                "libnuma.so.1",
                Map.of(
                        "numa_available", "libnuma_1.1",
                        "numa_free", "libnuma_1.1",
                        "numa_alloc_local", "libnuma_1.1",
                        "set_mempolicy", "libnuma_1.1",
                        "mbind", "libnuma_1.1",
                        "numa_bitmask_free", "libnuma_1.2",
                        "numa_get_mems_allowed", "libnuma_1.2"));
        return new MysqlBinary(program, Optional.of(base), Optional.of(libraries));
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            System.err.println(folder + " stays: " + e);
        }
    }
}
