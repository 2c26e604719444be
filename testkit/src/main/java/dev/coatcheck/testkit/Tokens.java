package dev.coatcheck.testkit;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.StoredToken;
import dev.coatcheck.token.TokenHash;
import dev.coatcheck.token.TokenId;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** Sample personal tokens for tests of stores. Their hashes are random and fit no ticket. */
public final class Tokens {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Tokens() {}

    /** A fresh id. */
    public static TokenId id() {
        return TokenId.random(RANDOM);
    }

    /** A fresh token of this user, made at this instant, that does not expire. */
    public static StoredToken of(UserId owner, Instant createdAt) {
        return of(owner, createdAt, Optional.empty());
    }

    /** The same, with or without an expiry. */
    public static StoredToken of(UserId owner, Instant createdAt, Optional<Instant> expiresAt) {
        return of(id(), owner, "backup script", createdAt, expiresAt);
    }

    /** A token of this id and name, with a fresh hash, not used and not revoked. */
    public static StoredToken of(
            TokenId id, UserId owner, String name, Instant createdAt, Optional<Instant> expiresAt) {
        byte[] hash = new byte[TokenHash.BYTES];
        RANDOM.nextBytes(hash);
        return new StoredToken(
                id,
                owner,
                name,
                TokenHash.ofBytes(hash),
                Set.of("repo:read", "repo:write"),
                createdAt,
                expiresAt,
                Optional.empty(),
                Optional.empty());
    }
}
