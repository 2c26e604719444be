package dev.coatcheck.stores.sql;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Page;
import dev.coatcheck.store.PageToken;
import dev.coatcheck.store.StoredToken;
import dev.coatcheck.store.TokenCreated;
import dev.coatcheck.store.TokenLimit;
import dev.coatcheck.store.TokenPosition;
import dev.coatcheck.store.TokenStore;
import dev.coatcheck.token.TokenId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Personal tokens in a SQL database, one row each: shared by its nodes, kept across restarts. Every operation is one round
 * trip, but for clean-up on MariaDB. A row of a newer format, or one that is damaged, is taken as absent with a warning; it is
 * neither touched nor purged here, but it can be revoked.
 */
public final class SqlTokenStore extends SqlStore implements TokenStore {
    private static final String READABLE = " AND format <= " + StoredToken.FORMAT;

    private final String touch;

    /** A store in this database, which stays open when the store is closed. */
    public SqlTokenStore(SqlDatabase database) {
        super(database);
        this.touch = "UPDATE personal_tokens SET last_used_at = coalesce("
                + database.dialect().later("last_used_at", "?") + ", ?) WHERE id = ? AND revoked_at IS NULL" + READABLE;
    }

    @Override
    public Optional<StoredToken> find(TokenId id) {
        refuseWhenClosed("find token");
        return database.read(
                        "find token",
                        sql -> sql.first(
                                "SELECT " + TokenRow.COLUMNS + " FROM personal_tokens WHERE id = ?",
                                TokenRow::read,
                                id.value()))
                .flatMap(TokenRow::token);
    }

    @Override
    public TokenCreated create(StoredToken token, TokenLimit limit) {
        refuseWhenClosed("create token");
        TokenStep step = new TokenStep(token, limit);
        return database.write("create token", sql -> database.dialect().create(sql, step));
    }

    @Override
    public boolean touch(TokenId id, Instant usedAt) {
        refuseWhenClosed("touch token");
        long at = usedAt.toEpochMilli();
        return database.write("touch token", sql -> sql.update(touch, at, at, id.value()) == 1);
    }

    @Override
    public boolean revoke(UserId owner, TokenId id, Instant now) {
        refuseWhenClosed("revoke token");
        return database.writeFirst(
                "revoke token",
                sql -> sql.update(
                                "UPDATE personal_tokens SET revoked_at = ? WHERE id = ? AND user_id = ? AND revoked_at IS NULL",
                                now.toEpochMilli(),
                                id.value(),
                                owner.value())
                        == 1);
    }

    @Override
    public Set<TokenId> revokeAll(UserId owner, Instant now) {
        refuseWhenClosed("revoke tokens");
        List<String> revoked = database.writeFirst(
                "revoke tokens", sql -> database.dialect().revokeTokens(sql, owner.value(), now.toEpochMilli()));
        return revoked.stream().flatMap(id -> TokenId.parse(id).stream()).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Page<StoredToken> list(UserId owner, Optional<PageToken> after, int size) {
        TokenPosition.checkSize(size);
        refuseWhenClosed("list tokens");
        Optional<TokenPosition> from = after.flatMap(TokenPosition::parse);
        if (after.isPresent() && from.isEmpty()) {
            return Page.empty();
        }
        List<Fragment> pieces = new ArrayList<>();
        pieces.add(Fragment.of(
                "SELECT " + TokenRow.COLUMNS + " FROM personal_tokens WHERE user_id = ? AND revoked_at IS NULL",
                owner.value()));
        from.ifPresent(position -> {
            long at = position.createdAt().toEpochMilli();
            // The first condition is what the index is entered by.
            pieces.add(Fragment.of(
                    " AND created_at <= ? AND (created_at < ? OR id > ?)",
                    at,
                    at,
                    position.id().value()));
        });
        pieces.add(Fragment.of(" ORDER BY created_at DESC, id LIMIT ?", size + 1));
        Fragment query = Fragment.joined("", pieces);
        List<TokenRow> rows = database.read("list tokens", sql -> sql.all(query.sql(), TokenRow::read, query.array()));
        return Page.of(rows, size, row -> row.position().map(TokenPosition::token))
                .readAs(TokenRow::token);
    }

    @Override
    public int purge(Instant deadBefore, int atMost) {
        refuseWhenClosed("purge tokens");
        long line = deadBefore.toEpochMilli();
        return Batches.of(
                atMost,
                wanted -> database.write(
                        "purge tokens",
                        sql -> database.dialect()
                                .forget(
                                        sql,
                                        "personal_tokens",
                                        "id",
                                        Fragment.of(
                                                "dead_at < ?" + READABLE + " ORDER BY dead_at LIMIT ?",
                                                line,
                                                wanted))));
    }
}
