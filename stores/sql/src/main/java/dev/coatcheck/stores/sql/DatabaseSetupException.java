package dev.coatcheck.stores.sql;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A database that can't be opened. The message names it, says why, and says what to do about it. */
public final class DatabaseSetupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private DatabaseSetupException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    static DatabaseSetupException unknownAddress() {
        return new DatabaseSetupException(
                "the database's address has no known kind: write sqlite: and a file's name, such as"
                        + " sqlite:data/coatcheck.db",
                null);
    }

    static DatabaseSetupException folder(Path folder, String why, Throwable cause) {
        return new DatabaseSetupException(
                "the folder " + folder + " for the database can't be made: " + why
                        + ". Make it yourself, writable for the user that runs this program, or name another place",
                cause);
    }

    static DatabaseSetupException isFolder(Path file) {
        return new DatabaseSetupException(
                "the database " + file + " is a folder: name a file in it, such as " + file.resolve("coatcheck.db"),
                null);
    }

    static DatabaseSetupException file(Path file, String why, @Nullable Throwable cause) {
        return new DatabaseSetupException(
                "the database " + file + " can't be opened: " + why
                        + ". Give the user that runs this program the right to read and write the file and its folder,"
                        + " or name another place",
                cause);
    }

    static DatabaseSetupException foreign(Path file) {
        return new DatabaseSetupException(
                "the file " + file + " is no SQLite database: name another file, it stays as it is", null);
    }

    static DatabaseSetupException schema(Path file, Throwable cause) {
        return new DatabaseSetupException(
                "the tables in " + file + " can't be brought to this release's schema: " + firstLine(cause)
                        + ". Is the file another program's, or was it changed by hand? Name another file, or restore"
                        + " it from a copy",
                cause);
    }

    /** Flyway's messages go on for paragraphs. */
    private static String firstLine(Throwable cause) {
        return String.valueOf(cause.getMessage())
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElse(cause.getClass().getSimpleName());
    }
}
