package dev.coatcheck.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What a counter counts, without saying whom: a kind in clear and the SHA-256 of the kind and the values. A value that can be
 * guessed can be found again by whoever reads the store.
 *
 * @param kind 1 to 32 of {@code a-z}, {@code 0-9}, {@code -}; a program has a few, and no visitor makes one
 * @param hash 64 lower-case hexadecimal digits
 */
public record CounterKey(String kind, String hash) implements Comparable<CounterKey> {
    private static final Pattern KIND = Pattern.compile("[a-z0-9-]{1,32}");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    /** @throws IllegalArgumentException when a part has another shape; the message does not repeat it */
    public CounterKey {
        if (!KIND.matcher(kind).matches() || !HASH.matcher(hash).matches()) {
            throw new IllegalArgumentException(
                    "a counter's key is a kind of a-z, 0-9 and - and a SHA-256; make one with CounterKey.of");
        }
    }

    /** The key of these values: each with its length before it, so that no two lists of values look alike. */
    public static CounterKey of(String kind, String... values) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            update(sha256, kind);
            for (String value : values) {
                update(sha256, value);
            }
            return new CounterKey(kind, HexFormat.of().formatHex(sha256.digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void update(MessageDigest digest, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }

    /** Kind and hash with a colon between, 97 characters of ASCII at most: what a store may use as its key. */
    public String text() {
        return kind + ":" + hash;
    }

    /** The key that {@link #text} wrote. @throws IllegalArgumentException when it did not */
    public static CounterKey parse(String text) {
        int colon = text.indexOf(':');
        return new CounterKey(text.substring(0, Math.max(0, colon)), text.substring(colon + 1));
    }

    /** By kind, then hash: the order in which a store may lock. */
    @Override
    public int compareTo(CounterKey other) {
        return text().compareTo(other.text());
    }
}
