package dev.coatcheck.server.run;

import dev.coatcheck.token.KeyRing;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The file that the key ring is kept in: text, with a version, readable for its owner alone.
 *
 * <p>Written whole: to a temporary file that is synced and then renamed over the old one. With a wrapping key from outside,
 * every key in it is encrypted, and the file alone opens nothing.
 */
public final class KeyRingFile {
    private static final System.Logger LOG = System.getLogger(KeyRingFile.class.getName());
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Object IN_THIS_PROCESS = new Object();
    private static final Set<PosixFilePermission> OTHERS = PosixFilePermissions.fromString("---rwxrwx");

    private final Path file;
    private final Duration longestSession;
    private final Optional<WrappingKey> wrapping;
    private final SecureRandom random;

    private KeyRingFile(Path file, Duration longestSession, Optional<WrappingKey> wrapping, SecureRandom random) {
        this.file = file.toAbsolutePath().normalize();
        this.longestSession = longestSession;
        this.wrapping = wrapping;
        this.random = random;
    }

    /**
     * This file, its keys in clear.
     *
     * @param longestSession how long a session lives at most, as it is set today; whatever writes the file notes it there for the
     *     active key
     */
    public static KeyRingFile at(Path file, Duration longestSession, SecureRandom random) {
        return new KeyRingFile(file, longestSession, Optional.empty(), random);
    }

    /** The same file, its keys encrypted with this key of 32 bytes in base64. */
    public KeyRingFile wrappedBy(String base64) {
        return new KeyRingFile(file, longestSession, Optional.of(WrappingKey.of(base64)), random);
    }

    /**
     * One key as {@code coatcheck keys list} shows it.
     *
     * @param number 0 to 65535
     * @param createdAt when it was made
     * @param active whether new tickets begin with it
     */
    public record Listed(int number, Instant createdAt, boolean active) {}

    /**
     * The ring; made with one fresh key when there is no file yet. How long sessions live from now on is noted in it; where it
     * can't be written, a line of the log says so.
     *
     * @throws CannotStartException when the file can't be read or made, others may read it, or it is damaged
     */
    public KeyRing openOrCreate(Instant now) {
        return read().map(this::noted)
                .orElseGet(() -> locked(existing -> existing.orElseGet(() -> written(KeyRingText.fresh(now, random)))))
                .ring();
    }

    private KeyRingText noted(KeyRingText ring) {
        if (ring.notes(longestSession)) {
            return ring;
        }
        if (!isOursToChange()) {
            return withoutNote(ring, "it is another user's, or its rights are not those of a file that this wrote.");
        }
        try {
            return locked(existing -> written(existing.orElse(ring)));
        } catch (CannotStartException e) {
            return withoutNote(ring, String.valueOf(e.getMessage()));
        }
    }

    private KeyRingText withoutNote(KeyRingText ring, String why) {
        LOG.log(
                System.Logger.Level.INFO,
                "The key ring {0} does not note that sessions live up to {1} (session.absolute) from now on: {2} Before you"
                        + " remove a key, wait that long",
                file,
                longestSession,
                why);
        return ring;
    }

    /** A file that somebody has put there as it should stay is left so, also by who could replace it. */
    private boolean isOursToChange() {
        try {
            return Files.isWritable(file)
                    && (!isPosix()
                            || (Files.getPosixFilePermissions(file).equals(OWNER_ONLY)
                                    && Files.getOwner(file).getName().equals(System.getProperty("user.name"))));
        } catch (IOException e) {
            return false;
        }
    }

    /** The keys' numbers and dates; nothing when there is no file. */
    public List<Listed> list() {
        return read().map(KeyRingText::listed).orElse(List.of());
    }

    /**
     * Adds a fresh key that nothing begins with yet: once every node has it, it can be activated. In a new ring it is active
     * at once.
     */
    public Listed add(Instant now) {
        KeyRingText more = locked(existing -> written(
                existing.map(ring -> ring.withFreshKey(now, random)).orElseGet(() -> KeyRingText.fresh(now, random))));
        return listed(more, more.newest());
    }

    /** What is new begins with this key; the others stay, for the tickets that began with them. */
    public Listed activate(int number, Instant now) {
        return listed(
                locked(existing -> written(ring(existing).noting(longestSession).activating(number, now))), number);
    }

    /** Adds a fresh key and makes it the active one at once: for an installation of a single node. */
    public Listed rotate(Instant now) {
        KeyRingText rotated = locked(existing -> {
            KeyRingText more = ring(existing).noting(longestSession).withFreshKey(now, random);
            return written(more.activating(more.newest(), now));
        });
        return listed(rotated, rotated.newest());
    }

    /**
     * Removes a key.
     *
     * @throws CannotStartException when sessions may live that began with it
     */
    public void remove(int number, Instant now) {
        locked(existing -> written(ring(existing).without(number, now, longestSession)));
    }

    private static KeyRingText ring(Optional<KeyRingText> existing) {
        return existing.orElseGet(KeyRingText::empty);
    }

    private static Listed listed(KeyRingText ring, int number) {
        return ring.listed().stream()
                .filter(key -> key.number() == number)
                .findFirst()
                .orElseThrow();
    }

    /** Two processes that start at the same time must not each make a ring. */
    private KeyRingText locked(Function<Optional<KeyRingText>, KeyRingText> work) {
        synchronized (IN_THIS_PROCESS) {
            return lockedAgainstOthers(work);
        }
    }

    private KeyRingText lockedAgainstOthers(Function<Optional<KeyRingText>, KeyRingText> work) {
        Path lock = file.resolveSibling(file.getFileName() + ".lock");
        try {
            Files.createDirectories(file.getParent(), folderRights());
            try (FileChannel channel = FileChannel.open(
                            lock, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), rights());
                    FileLock held = channel.lock()) {
                if (!held.isValid()) {
                    throw new IOException("the lock was lost");
                }
                return work.apply(read());
            }
        } catch (AccessDeniedException e) {
            throw CannotStartException.because(
                    "The folder " + file.getParent() + " may not be written.",
                    "Give the user who runs this the right to, or choose another keys.file.",
                    e);
        } catch (IOException e) {
            throw CannotStartException.because(
                    "The key ring " + file + " can't be opened: " + e.getMessage() + ".",
                    "Choose another keys.file.",
                    e);
        }
    }

    private Optional<KeyRingText> read() {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            if (wrapping.isEmpty()) {
                refuseReadableForOthers();
            }
            return Optional.of(KeyRingText.parse(Files.readString(file, StandardCharsets.US_ASCII), file, wrapping));
        } catch (AccessDeniedException e) {
            throw CannotStartException.because(
                    "The key ring " + file + " may not be read.",
                    "Run this as the file's owner, or choose another keys.file.",
                    e);
        } catch (CharacterCodingException e) {
            throw KeyRingText.damaged(file, 1);
        } catch (IOException e) {
            throw CannotStartException.because(
                    "The key ring " + file + " can't be read: " + e.getMessage() + ".", "Choose another keys.file.", e);
        }
    }

    private void refuseReadableForOthers() throws IOException {
        if (!isPosix()) {
            return;
        }
        Set<PosixFilePermission> rights = Files.getPosixFilePermissions(file);
        if (rights.stream().anyMatch(OTHERS::contains)) {
            throw CannotStartException.because(
                    "The key ring " + file + " is open to others (" + PosixFilePermissions.toString(rights) + ").",
                    "Close it: chmod 600 " + file + " (and, if others may have read it, make a new key: coatcheck keys"
                            + " rotate).");
        }
    }

    private KeyRingText written(KeyRingText ring) {
        KeyRingText keys = ring.noting(longestSession);
        try {
            // A link stays one.
            Path place = Files.exists(file) ? file.toRealPath() : file;
            write(keys, place, place.resolveSibling(place.getFileName() + ".new"));
            syncFolder(place);
            return keys;
        } catch (IOException e) {
            throw CannotStartException.because(
                    "The key ring " + file + " can't be written: " + e.getMessage() + ".",
                    "Make room, or choose another keys.file.",
                    e);
        }
    }

    /** No copy of the keys is left behind, whatever happens. */
    private void write(KeyRingText keys, Path place, Path fresh) throws IOException {
        Files.deleteIfExists(fresh);
        try {
            try (FileChannel out = FileChannel.open(
                    fresh, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), rights())) {
                var bytes = StandardCharsets.US_ASCII.encode(keys.text(wrapping, random));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /** So that the rename itself survives a power cut, where folders can be synced. */
    private void syncFolder(Path place) throws IOException {
        if (isPosix()) {
            try (FileChannel folder = FileChannel.open(place.getParent(), StandardOpenOption.READ)) {
                folder.force(true);
            }
        }
    }

    private boolean isPosix() {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private FileAttribute<?>[] rights() {
        return isPosix()
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
    }

    private FileAttribute<?>[] folderRights() {
        return isPosix()
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
    }

    @Override
    public String toString() {
        return "KeyRingFile[" + file + "]";
    }
}
