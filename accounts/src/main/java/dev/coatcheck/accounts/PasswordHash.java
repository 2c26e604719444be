package dev.coatcheck.accounts;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is kept of a password: an Argon2id hash with its salt and cost, or nothing that any password fits. It is not
 * printed: whoever has it can try passwords at leisure.
 *
 * <p>Its text is the PHC string format: {@code $argon2id$v=19$m=19456,t=2,p=1$salt$hash}, base64 without padding. Read are
 * salts of 8 to 64 bytes, hashes of 16 to 64 bytes, and the costs that {@link Argon2Cost} allows, each in one spelling only.
 */
public final class PasswordHash {
    /** No password fits: an account that can't be signed in to with one. Its text is {@code !}. */
    public static final PasswordHash LOCKED = new PasswordHash(new Argon2Cost(8, 1, 1), new byte[0], new byte[0]);

    static final int SALT_BYTES = 16;
    static final int HASH_BYTES = 32;

    private static final String LOCKED_TEXT = "!";
    private static final String NUMBER = "([1-9][0-9]{0,8})";
    private static final Pattern PHC = Pattern.compile("\\$argon2id\\$v=19\\$m=" + NUMBER + ",t=" + NUMBER + ",p="
            + NUMBER + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");
    private static final Base64.Encoder ENCODER = Base64.getEncoder().withoutPadding();

    private final Argon2Cost cost;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(Argon2Cost cost, byte[] salt, byte[] hash) {
        this.cost = cost;
        this.salt = salt;
        this.hash = hash;
    }

    static PasswordHash of(Argon2Cost cost, byte[] salt, byte[] hash) {
        return new PasswordHash(cost, salt.clone(), hash.clone());
    }

    /** A hash that costs this much to compare with, and that no password is known to fit. */
    static PasswordHash decoy(Argon2Cost cost, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        byte[] hash = new byte[HASH_BYTES];
        random.nextBytes(salt);
        random.nextBytes(hash);
        return new PasswordHash(cost, salt, hash);
    }

    /** Reads what {@link #phc} wrote; empty for any other text. */
    public static Optional<PasswordHash> parse(String text) {
        if (text.equals(LOCKED_TEXT)) {
            return Optional.of(LOCKED);
        }
        Matcher parts = PHC.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            Argon2Cost cost = new Argon2Cost(number(parts.group(1)), number(parts.group(2)), number(parts.group(3)));
            Base64.Decoder decoder = Base64.getDecoder();
            PasswordHash read = new PasswordHash(cost, decoder.decode(parts.group(4)), decoder.decode(parts.group(5)));
            return Optional.of(read).filter(same -> same.phc().equals(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The text to store: secret, and to nobody else's use. */
    public String phc() {
        if (isLocked()) {
            return LOCKED_TEXT;
        }
        return "$argon2id$v=19$m=" + cost.memoryKib() + ",t=" + cost.iterations() + ",p=" + cost.lanes() + "$"
                + ENCODER.encodeToString(salt) + "$" + ENCODER.encodeToString(hash);
    }

    /** What it cost. */
    public Argon2Cost cost() {
        return cost;
    }

    /** Whether no password fits. */
    public boolean isLocked() {
        return hash.length == 0;
    }

    byte[] salt() {
        return salt.clone();
    }

    int length() {
        return hash.length;
    }

    /** In constant time. Nothing equals a locked one. */
    boolean is(byte[] computed) {
        return !isLocked() && MessageDigest.isEqual(hash, computed);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PasswordHash that
                && cost.equals(that.cost)
                && MessageDigest.isEqual(hash, that.hash)
                && Arrays.equals(salt, that.salt);
    }

    /** Of cost and salt only. */
    @Override
    public int hashCode() {
        return 31 * cost.hashCode() + Arrays.hashCode(salt);
    }

    @Override
    public String toString() {
        return isLocked() ? "PasswordHash[locked]" : "PasswordHash[redacted]";
    }

    private static int number(String digits) {
        return Integer.parseInt(digits);
    }
}
