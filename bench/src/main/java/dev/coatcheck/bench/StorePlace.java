package dev.coatcheck.bench;

import java.nio.file.Path;
import java.util.Optional;

/** Where a store's data lies while it is measured: a server of the run's own, a file, or the servers' own memory. */
interface StorePlace extends AutoCloseable {
    /** Starts what the store needs, with its files in this folder. */
    static StorePlace start(StoreKind kind, Path folder) {
        return switch (kind) {
            case MEMORY, SQLITE -> new InProcess(folder);
            case REDIS -> RedisServer.start(folder);
            case POSTGRESQL -> DatabaseServer.postgresql(folder);
            case MARIADB -> DatabaseServer.mariadb(folder);
        };
    }

    /** Its address as this variant's server opens it. */
    String url(Variant variant);

    /** Its process; empty when it works within the servers that use it. */
    Optional<Cpu> cpu();

    /** Where its process says what it has to say. */
    default Optional<Path> log() {
        return Optional.empty();
    }

    /** Its release and how it was set up, for whoever reads the figures. */
    String described();

    @Override
    void close();

    /** A store within the servers' own processes: for each its own, in a file or in memory. */
    record InProcess(Path folder) implements StorePlace {
        @Override
        public String url(Variant variant) {
            return "sqlite:" + folder.resolve(variant.word() + ".db");
        }

        @Override
        public Optional<Cpu> cpu() {
            return Optional.empty();
        }

        @Override
        public String described() {
            return "in the server's process";
        }

        @Override
        public void close() {}
    }
}
