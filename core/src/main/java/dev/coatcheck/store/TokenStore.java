package dev.coatcheck.store;

import dev.coatcheck.session.UserId;
import dev.coatcheck.token.TokenId;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps personal access tokens ({@code ccp_…}), one record each, of which it never sees the secret. A store reads no clock and
 * judges nothing: who finds a record compares the hash, looks whether it is alive ({@link StoredToken#aliveAt}) and what it may do.
 *
 * <p>Every method is one atomic step, safe from any thread and any node. Every method throws
 * {@link StoreUnavailableException} when the store does not answer, and then the outcome of a write is unknown. A record that
 * can't be read (a newer format, damage) is "no such record" with a warning, never an exception; it can be revoked all the same.
 *
 * <p>What is left to the caller:
 *
 * <ul>
 *   <li>Nothing stands in front of this, as {@link BoundedStore} stands in front of sessions: who calls it for requests bounds
 *       how many wait and for how long, and calls {@link #touch} once an interval, not once a request.
 *   <li>Who ends everything that a user has ends the sessions first, then calls {@link #revokeAll}. Who creates a token looks
 *       again, afterwards and in the store itself, whether the session that asked for it still lives, and if not revokes the
 *       token and hands out nothing. So no token that was on its way outlives the end of its session.
 *   <li>Whoever opens a store calls {@link #purge} now and then; Coatcheck's server opens none yet.
 * </ul>
 *
 * <p>Extend {@code TokenStoreContract} of the testkit to prove an implementation.
 */
public interface TokenStore extends AutoCloseable {
    /** The record, living, expired or revoked; empty when there is none. */
    Optional<StoredToken> find(TokenId id);

    /**
     * Writes a new record. Never overwrites one, living or dead. Counts against the limit what the owner has that is alive at
     * {@code token.createdAt()}, and what is kept of theirs at all, in the same step: creates that race never pass it.
     */
    TokenCreated create(StoredToken token, TokenLimit limit);

    /**
     * Notes that it was used then, unless a later use is noted. Whether it has expired is not looked at.
     *
     * @return false, and nothing is noted, when there is none or it is revoked: whoever is about to answer may still refuse
     */
    boolean touch(TokenId id, Instant usedAt);

    /**
     * Revokes one, expired or not. The first revocation stays.
     *
     * @return whether this call revoked it; false for one that is revoked, that is not, or that is somebody else's
     */
    boolean revoke(UserId owner, TokenId id, Instant now);

    /**
     * Revokes everything of the user's that is not revoked, expired or not.
     *
     * @return what this call revoked
     */
    Set<TokenId> revokeAll(UserId owner, Instant now);

    /**
     * The user's tokens that are not revoked, expired ones included (a person wants to see why something stopped), the latest made
     * first, at most {@code size} of them. A page token that this store did not write gives an empty page. Records that can't be
     * read are left out.
     *
     * @throws IllegalArgumentException when the size is not 1 to {@link TokenPosition#MAX_SIZE}
     */
    Page<StoredToken> list(UserId owner, Optional<PageToken> after, int size);

    /**
     * Forgets records that were revoked before this instant, or not revoked and expired before it; at most {@code atMost} of them.
     * Safe to run on many nodes at once.
     *
     * @return how many
     */
    int purge(Instant deadBefore, int atMost);

    /** Lets go of what it holds; every call afterwards throws {@link StoreUnavailableException}. */
    @Override
    void close();
}
