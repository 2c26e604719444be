package dev.coatcheck.accounts;

import dev.coatcheck.Password;

/** Makes hashes of passwords, and compares passwords with them. Safe from any thread. */
public interface PasswordHasher {
    /**
     * A fresh hash at the present cost.
     *
     * @throws dev.coatcheck.store.StoreUnavailableException when too many hashes are being computed already
     */
    PasswordHash hash(Password password);

    /**
     * Whether this password fits this hash. The time it takes depends on the hash's cost and not on the answer.
     *
     * @throws dev.coatcheck.store.StoreUnavailableException when too many hashes are being computed already
     */
    boolean fits(Password password, PasswordHash hash);

    /** A hash of the present cost that no password is known to fit: to compare with where there is no account. */
    PasswordHash decoy();

    /** Whether a hash cost less memory or fewer passes than a fresh one would. */
    boolean isOutdated(PasswordHash hash);
}
