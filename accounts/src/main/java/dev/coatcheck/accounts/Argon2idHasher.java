package dev.coatcheck.accounts;

import dev.coatcheck.Password;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id, version 1.3 (RFC 9106), a bounded number at a time: first come, first served, and whoever finds the queue full
 * or waits too long gets
 * {@link dev.coatcheck.store.StoreUnavailableException}.
 *
 * <p>A password is hashed as the UTF-8 bytes of its NFKC form, as NIST SP 800-63B asks, so that the same password typed on
 * another keyboard fits. The bytes, the salt and the computed hash are overwritten after use, and so is Argon2's memory.
 * A password with characters beyond ASCII passes through strings of the Java library that nobody can overwrite.
 */
public final class Argon2idHasher implements PasswordHasher {
    private final HashingPolicy policy;
    private final SecureRandom random;
    private final Turnstile turnstile;

    /** With {@link HashingPolicy#DEFAULT}. */
    public Argon2idHasher() {
        this(HashingPolicy.DEFAULT);
    }

    /** With this policy. */
    public Argon2idHasher(HashingPolicy policy) {
        this(policy, new SecureRandom());
    }

    Argon2idHasher(HashingPolicy policy, SecureRandom random) {
        this.policy = policy;
        this.random = random;
        this.turnstile = new Turnstile(policy.atOnce(), policy.waiting(), policy.patience());
    }

    @Override
    public PasswordHash hash(Password password) {
        byte[] salt = new byte[PasswordHash.SALT_BYTES];
        random.nextBytes(salt);
        return turnstile.inTurn("hashing a password", () -> {
            byte[] hash = compute(password, policy.cost(), salt, PasswordHash.HASH_BYTES);
            PasswordHash fresh = PasswordHash.of(policy.cost(), salt, hash);
            Arrays.fill(hash, (byte) 0);
            return fresh;
        });
    }

    @Override
    public boolean fits(Password password, PasswordHash hash) {
        if (hash.isLocked()) {
            return false;
        }
        return turnstile.inTurn("checking a password", () -> {
            byte[] salt = hash.salt();
            byte[] computed = compute(password, hash.cost(), salt, hash.length());
            boolean same = hash.is(computed);
            Arrays.fill(salt, (byte) 0);
            Arrays.fill(computed, (byte) 0);
            return same;
        });
    }

    @Override
    public PasswordHash decoy() {
        return PasswordHash.decoy(policy.cost(), random);
    }

    @Override
    public boolean isOutdated(PasswordHash hash) {
        return !hash.isLocked() && hash.cost().isBelow(policy.cost());
    }

    private static byte[] compute(Password password, Argon2Cost cost, byte[] salt, int length) {
        byte[] bytes = PasswordText.nfkc(password);
        Argon2Parameters parameters = new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(cost.memoryKib())
                .withIterations(cost.iterations())
                .withParallelism(cost.lanes())
                .withSalt(salt)
                .build();
        try {
            Argon2BytesGenerator generator = new Argon2BytesGenerator();
            generator.init(parameters);
            byte[] hash = new byte[length];
            generator.generateBytes(bytes, hash);
            return hash;
        } finally {
            parameters.clear();
            Arrays.fill(bytes, (byte) 0);
        }
    }
}
