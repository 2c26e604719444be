package dev.coatcheck.stores.sql;

import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
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
                        + " sqlite:data/coatcheck.db, or postgresql://user:password@host:5432/database, or mariadb://…, or"
                        + " mysql://…",
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

    /** @param way without the full stop; the address itself is not repeated, because it may hold a password */
    static DatabaseSetupException address(String why, String way) {
        return new DatabaseSetupException("the database's address can't be read: " + why + ". " + way, null);
    }

    static DatabaseSetupException server(ServerAddress address, String why, String way, @Nullable Throwable cause) {
        return new DatabaseSetupException("the database " + address + " can't be used: " + why + ". " + way, cause);
    }

    static DatabaseSetupException unreachable(ServerAddress address, Throwable cause) {
        if (isIn(cause, UnknownHostException.class)) {
            return server(address, "its host name is not known here", "Correct the host", cause);
        }
        if (isIn(cause, SSLException.class) || firstLine(cause).contains("SSL")) {
            return server(
                    address,
                    "there is no encrypted connection to it: " + firstLine(cause),
                    "Set TLS up on the server, or correct sslmode and sslrootcert at the end of the address",
                    cause);
        }
        return server(
                address,
                "it can't be reached: " + firstLine(cause),
                "Start " + address.kind().title + ", or correct host and port",
                cause);
    }

    static DatabaseSetupException schema(Object database, Throwable cause) {
        return new DatabaseSetupException(
                "the tables in " + database + " can't be brought to this release's schema: " + firstLine(cause)
                        + ". Is the database another program's, or was it changed by hand? Name another one, or restore"
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
                .map(line -> line.endsWith(".") ? line.substring(0, line.length() - 1) : line)
                .orElse(cause.getClass().getSimpleName());
    }

    private static boolean isIn(Throwable thrown, Class<? extends Throwable> kind) {
        return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
                .limit(10)
                .anyMatch(kind::isInstance);
    }
}
