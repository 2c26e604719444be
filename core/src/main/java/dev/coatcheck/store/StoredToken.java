package dev.coatcheck.store;

import dev.coatcheck.session.UserId;
import dev.coatcheck.token.TokenHash;
import dev.coatcheck.token.TokenId;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A personal access token as it is kept: whose it is, what it may do, and the hash of its secret. Times are cut to
 * milliseconds.
 *
 * @param id public; never used twice
 * @param name what the person called it: 1 to 128 characters, any script, not blank, no control characters, kept to the letter
 * @param hash SHA-256 of the secret
 * @param scopes at most 64, each 1 to 128 characters of a {@code scope-token} (RFC 6749 §3.3)
 * @param expiresAt after it was created; empty when it does not expire
 * @param lastUsedAt empty when nobody has used it
 * @param revokedAt empty when nobody has revoked it
 */
public record StoredToken(
        TokenId id,
        UserId owner,
        String name,
        TokenHash hash,
        Set<String> scopes,
        Instant createdAt,
        Optional<Instant> expiresAt,
        Optional<Instant> lastUsedAt,
        Optional<Instant> revokedAt) {
    /** Of what this release writes; kept beside each record. */
    public static final int FORMAT = 1;

    private static final int MAX_NAME = 128;
    private static final int MAX_SCOPES = 64;
    private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,128}");

    /** @throws IllegalArgumentException when a part has another shape; the message does not repeat it */
    public StoredToken {
        if (name.isBlank() || name.length() > MAX_NAME || !name.codePoints().allMatch(StoredToken::isText)) {
            throw new IllegalArgumentException(
                    "a token's name is 1 to " + MAX_NAME + " characters, not blank, without control characters");
        }
        scopes = Set.copyOf(scopes);
        if (scopes.size() > MAX_SCOPES
                || !scopes.stream().allMatch(scope -> SCOPE.matcher(scope).matches())) {
            throw new IllegalArgumentException(
                    "scopes are at most " + MAX_SCOPES + " words of printable ASCII without quotes and backslashes");
        }
        createdAt = Millis.cut(createdAt);
        expiresAt = expiresAt.map(Millis::cut);
        lastUsedAt = lastUsedAt.map(Millis::cut);
        revokedAt = revokedAt.map(Millis::cut);
        if (expiresAt.isPresent() && !expiresAt.get().isAfter(createdAt)) {
            throw new IllegalArgumentException("a token expires after it was created");
        }
    }

    /** Half of a surrogate pair is no text: not every database keeps it. */
    private static boolean isText(int codePoint) {
        return !Character.isISOControl(codePoint) && Character.getType(codePoint) != Character.SURROGATE;
    }

    /** Whether it opens anything: not revoked, and before its expiry; the expiry instant itself is already too late. */
    public boolean aliveAt(Instant now) {
        return revokedAt.isEmpty() && (expiresAt.isEmpty() || now.isBefore(expiresAt.get()));
    }

    /** The same, last used at this instant unless it was used later already. */
    public StoredToken touched(Instant instant) {
        Instant used = lastUsedAt.map(before -> Millis.later(before, instant)).orElse(instant);
        return new StoredToken(id, owner, name, hash, scopes, createdAt, expiresAt, Optional.of(used), revokedAt);
    }

    /** The same, revoked at this instant. */
    public StoredToken revoked(Instant instant) {
        return new StoredToken(id, owner, name, hash, scopes, createdAt, expiresAt, lastUsedAt, Optional.of(instant));
    }
}
