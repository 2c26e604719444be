package dev.coatcheck.server.run;

import dev.coatcheck.session.SessionPolicy;
import dev.coatcheck.token.KeyRing;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A key ring as text.
 *
 * <pre>
 * coatcheck-keys 1 clear
 * active 2 2026-12-02T08:00:00Z
 * key 1 2026-11-20T08:00:00Z (base64)
 * key 2 2026-12-01T08:00:00Z (base64)
 * </pre>
 *
 * <p>A key that was added and not activated is published: every node can follow it before any node begins with it.
 *
 * <p>In place of {@code clear} stands {@code aes-256-gcm} when the keys are wrapped; lines that start with # say nothing, but
 * for one: {@code #session.absolute 1 PT720H} says how long a session lived at most while key 1 was active. It is none that
 * an earlier release would refuse; one that rewrites the file leaves it out, and then it is not known. Other such lines are
 * kept, ahead of the keys.
 */
final class KeyRingText {
    private static final String CLEAR = "coatcheck-keys 1 clear";
    private static final String WRAPPED = "coatcheck-keys 1 aes-256-gcm";
    private static final String ABSOLUTE = "#session.absolute";
    private static final String SECRET =
            "# Secret. Whoever has this file and a ticket can follow the ticket's session.";
    private static final int MOST_KEYS = 1000;

    private final int active;
    private final Optional<Instant> activeSince;
    private final List<Key> keys;
    /** By the key's number: how long a session lived at most while the key was active. */
    private final Map<Integer, Duration> absolute;
    /** What people wrote there. */
    private final List<String> comments;

    private KeyRingText(
            int active,
            Optional<Instant> activeSince,
            List<Key> keys,
            Map<Integer, Duration> absolute,
            List<String> comments) {
        this.active = active;
        this.activeSince = activeSince;
        this.keys = keys;
        this.absolute = absolute;
        this.comments = comments;
    }

    /** A class and no record: its bytes are never printed. */
    private static final class Key {
        private final int number;
        private final Instant createdAt;
        private final byte[] bytes;

        Key(int number, Instant createdAt, byte[] bytes) {
            this.number = number;
            this.createdAt = createdAt;
            this.bytes = bytes;
        }

        /** What the wrapping is bound to: a key can't be moved to another number. */
        byte[] label() {
            return ("coatcheck/1/keys/" + number + "/" + createdAt).getBytes(StandardCharsets.US_ASCII);
        }
    }

    static KeyRingText empty() {
        return new KeyRingText(0, Optional.empty(), List.of(), Map.of(), List.of());
    }

    static KeyRingText fresh(Instant now, SecureRandom random) {
        return empty().withFreshKey(now, random).activating(1, now);
    }

    /** One key more, which nothing begins with yet. */
    KeyRingText withFreshKey(Instant now, SecureRandom random) {
        int number = newest() + 1;
        if (keys.size() >= MOST_KEYS) {
            throw CannotStartException.because(
                    "The key ring has " + MOST_KEYS + " keys.",
                    "Remove some that no session needs any more: coatcheck keys remove NUMBER.");
        }
        byte[] bytes = new byte[KeyRing.KEY_BYTES];
        random.nextBytes(bytes);
        List<Key> more = new ArrayList<>(keys);
        more.add(new Key(number, now.truncatedTo(ChronoUnit.SECONDS), bytes));
        return new KeyRingText(active, activeSince, List.copyOf(more), absolute, comments);
    }

    /** What is new begins with this key from now on. */
    KeyRingText activating(int number, Instant now) {
        requireKey(number);
        return new KeyRingText(number, Optional.of(now.truncatedTo(ChronoUnit.SECONDS)), keys, absolute, comments);
    }

    /** Whether it is noted that sessions of the active key live so long at most, or longer. */
    boolean notes(Duration longestSession) {
        return noted(active).compareTo(longest(longestSession)) >= 0;
    }

    /** With a note that sessions of the active key live so long at most; one that says longer stays. */
    KeyRingText noting(Duration longestSession) {
        if (notes(longestSession)) {
            return this;
        }
        Map<Integer, Duration> more = new HashMap<>(absolute);
        more.put(active, longest(longestSession));
        return new KeyRingText(active, activeSince, keys, Map.copyOf(more), comments);
    }

    private Duration noted(int number) {
        return absolute.getOrDefault(number, Duration.ZERO);
    }

    private static Duration longest(Duration session) {
        return session.compareTo(SessionPolicy.LONGEST) > 0 ? SessionPolicy.LONGEST : session;
    }

    /**
     * Without a key that no session can have any more: the active one has been so for longer than a session of this key lives.
     *
     * @param longestSession how long a session of today lives at most; what was noted for the key counts if it is longer
     */
    KeyRingText without(int number, Instant now, Duration longestSession) {
        requireKey(number);
        if (number == active) {
            throw CannotStartException.because(
                    "Key " + number + " is the active one.", "Add another and activate it first: coatcheck keys add.");
        }
        if (number == newest()) {
            throw CannotStartException.because(
                    "Key " + number + " is the newest, and its number would be given to another key.",
                    "Leave it: a key that nothing begins with does no harm.");
        }
        Duration longestOfIt = longer(noted(number), longestSession);
        Optional<Instant> unneeded = activeSince.map(since -> since.plus(longestOfIt));
        if (unneeded.isEmpty() || unneeded.get().isAfter(now)) {
            throw CannotStartException.because(
                    "Sessions that began with key " + number + " may live"
                            + unneeded.map(until -> " until " + until)
                                    .orElse(": it is not known since when key " + active + " is the active one")
                            + ".",
                    unneeded.isPresent()
                            ? "Remove it then."
                            : "Activate it again (coatcheck keys activate " + active + "), and wait for"
                                    + " session.absolute.");
        }
        return new KeyRingText(
                active,
                activeSince,
                keys.stream().filter(key -> key.number != number).toList(),
                absolute,
                comments);
    }

    int newest() {
        return keys.stream().mapToInt(key -> key.number).max().orElse(0);
    }

    private void requireKey(int number) {
        if (keys.stream().noneMatch(key -> key.number == number)) {
            throw CannotStartException.because(
                    "The key ring has no key " + number + ".", "See its keys: coatcheck keys list.");
        }
    }

    KeyRing ring() {
        Map<Integer, byte[]> byNumber = new HashMap<>();
        keys.forEach(key -> byNumber.put(key.number, key.bytes));
        return KeyRing.of(active, byNumber);
    }

    List<KeyRingFile.Listed> listed() {
        return keys.stream()
                .map(key -> new KeyRingFile.Listed(key.number, key.createdAt, key.number == active))
                .toList();
    }

    String text(Optional<WrappingKey> wrapping, SecureRandom random) {
        StringBuilder text = new StringBuilder(wrapping.isPresent() ? WRAPPED : CLEAR).append("\n" + SECRET + "\n");
        comments.forEach(comment -> text.append(comment).append('\n'));
        text.append("active ")
                .append(active)
                .append(activeSince.map(since -> " " + since).orElse(""))
                .append('\n');
        for (Key key : keys) {
            byte[] kept = wrapping.map(wrap -> wrap.wrap(key.bytes, key.label(), random))
                    .orElse(key.bytes);
            text.append("key " + key.number + " " + key.createdAt + " ")
                    .append(Base64.getEncoder().encodeToString(kept))
                    .append('\n');
            if (absolute.containsKey(key.number)) {
                text.append(ABSOLUTE + " " + key.number + " " + absolute.get(key.number) + "\n");
            }
        }
        return text.toString();
    }

    static KeyRingText parse(String text, Path file, Optional<WrappingKey> wrapping) {
        List<String> lines = List.of(text.split("\n", -1));
        checkHead(lines.get(0), file, wrapping);
        Optional<Integer> active = Optional.empty();
        Optional<Instant> since = Optional.empty();
        List<Key> keys = new ArrayList<>();
        Map<Integer, Duration> absolute = new HashMap<>();
        List<String> comments = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isBlank() || line.equals(SECRET)) {
                continue;
            }
            if (line.startsWith("#")) {
                if (!note(line, absolute)) {
                    comments.add(line);
                }
                continue;
            }
            List<String> words = List.of(line.split(" ", -1));
            try {
                if (words.size() <= 3 && words.size() >= 2 && words.get(0).equals("active") && active.isEmpty()) {
                    active = Optional.of(Integer.valueOf(words.get(1)));
                    since = words.stream().skip(2).map(Instant::parse).findFirst();
                } else if (words.size() == 4 && words.get(0).equals("key")) {
                    keys.add(key(words, file, wrapping));
                } else {
                    throw damaged(file, i + 1);
                }
            } catch (IllegalArgumentException | DateTimeParseException e) {
                throw damaged(file, i + 1);
            }
        }
        return checked(
                new KeyRingText(active.orElse(-1), since, keys, absolute, List.copyOf(comments)), file, lines.size());
    }

    /** Whether the comment is a note. One that is not quite one is a person's, or a later release's. */
    private static boolean note(String comment, Map<Integer, Duration> absolute) {
        String[] words = comment.split(" ", -1);
        if (words.length != 3 || !words[0].equals(ABSOLUTE)) {
            return false;
        }
        try {
            absolute.merge(Integer.valueOf(words[1]), longest(Duration.parse(words[2])), KeyRingText::longer);
            return true;
        } catch (NumberFormatException | DateTimeParseException e) {
            return false;
        }
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static KeyRingText checked(KeyRingText keys, Path file, int line) {
        try {
            KeyRing ring = keys.ring();
            if (ring.numbers().size() == keys.keys.size()) {
                return keys;
            }
        } catch (IllegalArgumentException e) {
            throw damaged(file, line);
        }
        throw damaged(file, line);
    }

    private static void checkHead(String head, Path file, Optional<WrappingKey> wrapping) {
        if (head.equals(WRAPPED) && wrapping.isEmpty()) {
            throw CannotStartException.because(
                    "The key ring " + file + " is encrypted, and there is no key for it.",
                    "Set the environment variable COATCHECK_KEYS_WRAPPING_KEY.");
        }
        if (head.equals(CLEAR) && wrapping.isPresent()) {
            throw CannotStartException.because(
                    "The key ring " + file + " is not encrypted, and COATCHECK_KEYS_WRAPPING_KEY says it should be.",
                    "Unset the variable, or choose another keys.file and let it be made anew (which signs everybody"
                            + " out).");
        }
        if (head.startsWith("coatcheck-keys ") && !head.startsWith("coatcheck-keys 1 ")) {
            throw CannotStartException.because(
                    "The key ring " + file + " was written by a newer release.", "Start that release.");
        }
        if (!head.equals(CLEAR) && !head.equals(WRAPPED)) {
            throw damaged(file, 1);
        }
    }

    private static Key key(List<String> words, Path file, Optional<WrappingKey> wrapping) {
        Key kept = new Key(
                Integer.parseInt(words.get(1)),
                Instant.parse(words.get(2)),
                Base64.getDecoder().decode(words.get(3)));
        return wrapping.map(wrap -> new Key(
                        kept.number,
                        kept.createdAt,
                        wrap.unwrap(kept.bytes, kept.label())
                                .orElseThrow(() -> CannotStartException.because(
                                        "Key " + kept.number + " in " + file
                                                + " can't be decrypted with COATCHECK_KEYS_WRAPPING_KEY.",
                                        "Set the key that the file was made with."))))
                .orElse(kept);
    }

    /** Never says what stands there. */
    static CannotStartException damaged(Path file, int line) {
        return CannotStartException.because(
                "The key ring " + file + " is damaged at line " + line + ".",
                "Restore it from a backup, or remove it and let it be made anew (rotated tickets and CSRF tokens that"
                        + " are out now then fail; sessions stay).");
    }
}
