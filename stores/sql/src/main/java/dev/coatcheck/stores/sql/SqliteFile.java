package dev.coatcheck.stores.sql;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** The database's file: made for its owner alone before SQLite opens it, because SQLite would ask the umask. */
final class SqliteFile {
    private static final System.Logger LOG = System.getLogger(SqliteFile.class.getName());
    private static final Set<PosixFilePermission> OTHERS = EnumSet.complementOf(EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));

    private SqliteFile() {}

    /** Makes what is missing and looks whether the rest can be used. SQLite gives its -wal and -shm the file's permissions. */
    static void prepare(Path file) {
        if (Files.isDirectory(file)) {
            throw DatabaseSetupException.isFolder(file);
        }
        if (file.toString().indexOf('?') >= 0) {
            // The driver would take what follows for settings, and open another file.
            throw DatabaseSetupException.file(file, "its path has a question mark", null);
        }
        makeFolder(folder(file));
        try {
            Files.createFile(file, ownerOnly(file, "rw-------"));
        } catch (FileAlreadyExistsException e) {
            check(file);
        } catch (IOException e) {
            throw DatabaseSetupException.file(file, reason(e), e);
        }
    }

    private static void makeFolder(Path folder) {
        if (Files.isDirectory(folder)) {
            return;
        }
        try {
            Files.createDirectories(folder, ownerOnly(folder, "rwx------"));
        } catch (IOException e) {
            throw DatabaseSetupException.folder(folder, reason(e), e);
        }
    }

    /** Looks without opening: closing a file drops every POSIX lock that this process has on it, SQLite's as well. */
    private static void check(Path file) {
        if (!Files.isReadable(file) || !Files.isWritable(file)) {
            throw DatabaseSetupException.file(file, "it may not be read and written", null);
        }
        if (!Files.isWritable(folder(file))) {
            throw DatabaseSetupException.file(file, "its folder may not be written to", null);
        }
        try {
            if (posix(file) && Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
                LOG.log(
                        Level.WARNING,
                        "the database {0} can be opened by others than its owner: it holds password hashes. Say chmod"
                                + " 600 to it unless that is intended",
                        file);
            }
        } catch (IOException e) {
            throw DatabaseSetupException.file(file, reason(e), e);
        }
    }

    private static Path folder(Path file) {
        return Optional.ofNullable(file.getParent()).orElse(file);
    }

    private static FileAttribute<?>[] ownerOnly(Path path, String permissions) {
        return posix(path)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean posix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof FileAlreadyExistsException exists) {
            return exists.getFile() + " is a file";
        }
        return e instanceof FileSystemException failed && failed.getReason() != null
                ? failed.getReason()
                : e.getClass().getSimpleName();
    }
}
