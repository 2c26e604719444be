package dev.coatcheck.examples.filestore;

import dev.coatcheck.json.JsonValues;
import dev.coatcheck.session.UserId;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/** The lines that were drawn through users' sessions, a file each, until they may be forgotten. */
final class Cutoffs {
    private static final JsonValues JSON = new JsonValues();
    private static final String ENDING = ".cutoff";

    private final Folder folder;

    Cutoffs(Folder folder) {
        this.folder = folder;
    }

    /** Sessions authenticated at or before the first instant are over; remembered until the second. */
    record Line(Instant notBefore, Instant keptUntil) {
        Line laterOf(Line other) {
            return new Line(
                    notBefore.isAfter(other.notBefore) ? notBefore : other.notBefore,
                    keptUntil.isAfter(other.keptUntil) ? keptUntil : other.keptUntil);
        }
    }

    void draw(UserId user, Line line) throws IOException {
        Line later = read(file(user)).map(line::laterOf).orElse(line);
        folder.write(file(user), JSON.write(later));
    }

    boolean lieAfter(UserId user, Instant authenticatedAt) throws IOException {
        return read(file(user))
                .filter(line -> !authenticatedAt.isAfter(line.notBefore()))
                .isPresent();
    }

    void forget(Instant keptUntil) throws IOException {
        for (String name : folder.names(ENDING)) {
            if (read(name).filter(line -> line.keptUntil().isBefore(keptUntil)).isPresent()) {
                folder.delete(name);
            }
        }
    }

    private Optional<Line> read(String name) throws IOException {
        try {
            return folder.read(name).map(text -> JSON.read(text, Line.class));
        } catch (IllegalArgumentException e) {
            // Nobody may sign in behind a line that can't be read.
            throw new IOException("the cutoff in " + name + " is damaged", e);
        }
    }

    /** Digits, since a user's id may hold what means something to a file system, or differ from another in case alone. */
    private static String file(UserId user) {
        byte[] bytes = user.value().getBytes(StandardCharsets.US_ASCII);
        return new BigInteger(1, bytes).toString(Character.MAX_RADIX) + ENDING;
    }
}
