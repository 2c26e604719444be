package dev.coatcheck.store;

import dev.coatcheck.session.UserId;
import dev.coatcheck.token.TokenId;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Personal tokens in this process's memory, for tests and for development: a restart forgets them all.
 *
 * <p>Bounded: with {@code maxTokens} records, living and dead, {@code create} throws {@link StoreUnavailableException} until
 * {@link #purge} has made room.
 */
public final class MemoryTokenStore implements TokenStore {
    /** How many records a store keeps unless told otherwise: some 100 MB of heap. */
    public static final int DEFAULT_MAX_TOKENS = 100_000;

    private final int maxTokens;
    private final Map<TokenId, StoredToken> records = new HashMap<>();
    private final Map<UserId, TreeMap<TokenPosition, TokenId>> byOwner = new HashMap<>();
    private boolean closed;

    /** A store of at most {@link #DEFAULT_MAX_TOKENS} records. */
    public MemoryTokenStore() {
        this(DEFAULT_MAX_TOKENS);
    }

    /** A store of at most this many records. @throws IllegalArgumentException when that is less than 1 */
    public MemoryTokenStore(int maxTokens) {
        if (maxTokens < 1) {
            throw new IllegalArgumentException("tokens in memory: at least 1, not " + maxTokens);
        }
        this.maxTokens = maxTokens;
    }

    @Override
    public synchronized Optional<StoredToken> find(TokenId id) {
        refuseWhenClosed("find token");
        return Optional.ofNullable(records.get(id));
    }

    @Override
    public synchronized TokenCreated create(StoredToken token, TokenLimit limit) {
        refuseWhenClosed("create token");
        if (records.containsKey(token.id())) {
            return new TokenCreated.Taken();
        }
        Collection<StoredToken> theirs = of(token.owner());
        if (theirs.stream().filter(other -> other.aliveAt(token.createdAt())).count() >= limit.living()) {
            return new TokenCreated.LimitReached();
        }
        if (theirs.size() >= limit.kept()) {
            return new TokenCreated.Full();
        }
        if (records.size() >= maxTokens) {
            throw StoreUnavailableException.overloaded("create token: it keeps " + maxTokens + " tokens in memory");
        }
        records.put(token.id(), token);
        byOwner.computeIfAbsent(token.owner(), first -> new TreeMap<>()).put(TokenPosition.of(token), token.id());
        return new TokenCreated.Stored();
    }

    @Override
    public synchronized boolean touch(TokenId id, Instant usedAt) {
        refuseWhenClosed("touch token");
        StoredToken token = records.get(id);
        if (token == null || token.revokedAt().isPresent()) {
            return false;
        }
        records.put(id, token.touched(usedAt));
        return true;
    }

    @Override
    public synchronized boolean revoke(UserId owner, TokenId id, Instant now) {
        refuseWhenClosed("revoke token");
        StoredToken token = records.get(id);
        if (token == null || token.revokedAt().isPresent() || !token.owner().equals(owner)) {
            return false;
        }
        records.put(id, token.revoked(now));
        return true;
    }

    @Override
    public synchronized Set<TokenId> revokeAll(UserId owner, Instant now) {
        refuseWhenClosed("revoke tokens");
        Set<TokenId> revoked = of(owner).stream()
                .filter(token -> token.revokedAt().isEmpty())
                .map(StoredToken::id)
                .collect(Collectors.toUnmodifiableSet());
        revoked.forEach(id -> records.computeIfPresent(id, (same, token) -> token.revoked(now)));
        return revoked;
    }

    @Override
    public synchronized Page<StoredToken> list(UserId owner, Optional<PageToken> after, int size) {
        TokenPosition.checkSize(size);
        refuseWhenClosed("list tokens");
        Optional<TokenPosition> from = after.flatMap(TokenPosition::parse);
        if (after.isPresent() && from.isEmpty()) {
            return Page.empty();
        }
        List<StoredToken> rest = of(owner).stream()
                .filter(token -> token.revokedAt().isEmpty())
                .filter(token -> from.isEmpty() || from.get().compareTo(TokenPosition.of(token)) < 0)
                .limit(size + 1L)
                .toList();
        return TokenPosition.page(rest, size);
    }

    @Override
    public synchronized int purge(Instant deadBefore, int atMost) {
        refuseWhenClosed("purge tokens");
        List<StoredToken> dead = records.values().stream()
                .filter(token -> token.revokedAt().or(token::expiresAt).stream().anyMatch(deadBefore::isAfter))
                .limit(Math.max(0, atMost))
                .toList();
        dead.forEach(this::forget);
        return dead.size();
    }

    @Override
    public synchronized void close() {
        closed = true;
        records.clear();
        byOwner.clear();
    }

    /** In the order of lists. */
    private Collection<StoredToken> of(UserId owner) {
        return byOwner.getOrDefault(owner, new TreeMap<>()).values().stream()
                .flatMap(id -> Optional.ofNullable(records.get(id)).stream())
                .toList();
    }

    private void forget(StoredToken token) {
        records.remove(token.id());
        byOwner.computeIfPresent(token.owner(), (same, theirs) -> {
            theirs.remove(TokenPosition.of(token));
            return theirs.isEmpty() ? null : theirs;
        });
    }

    private void refuseWhenClosed(String operation) {
        if (closed) {
            throw StoreUnavailableException.closed(operation);
        }
    }
}
