package dev.coatcheck.stores.sql;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.StoredToken;
import dev.coatcheck.store.TokenPosition;
import dev.coatcheck.token.TokenHash;
import dev.coatcheck.token.TokenId;
import java.lang.System.Logger.Level;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A personal token as a row: its place in lists, and the record unless it can't be read.
 *
 * @param position empty when the key itself is damaged
 */
record TokenRow(Optional<TokenPosition> position, Optional<StoredToken> token) {
    /** All that a record is read from. */
    static final String COLUMNS =
            "id, format, user_id, name, token_hash, scopes, created_at, expires_at, last_used_at, revoked_at";

    private static final System.Logger LOG = System.getLogger(TokenRow.class.getName());

    /** The values of {@link #COLUMNS} that a new record is written with. */
    static @Nullable Object[] of(StoredToken token) {
        return new @Nullable Object[] {
            token.id().value(),
            StoredToken.FORMAT,
            token.owner().value(),
            token.name(),
            token.hash().bytes(),
            String.join(" ", new TreeSet<>(token.scopes())),
            token.createdAt().toEpochMilli(),
            millis(token.expiresAt()),
            millis(token.lastUsedAt()),
            millis(token.revokedAt())
        };
    }

    private static @Nullable Long millis(Optional<Instant> instant) {
        return instant.map(Instant::toEpochMilli).orElse(null);
    }

    /** What stands there; no record, and a warning, when this release can't read it. */
    static TokenRow read(ResultSet row) throws SQLException {
        String id = row.getString("id");
        Instant createdAt = instant(row, "created_at");
        Optional<TokenPosition> position = TokenId.parse(id).map(read -> new TokenPosition(createdAt, read));
        int format = row.getInt("format");
        if (format > StoredToken.FORMAT) {
            LOG.log(
                    Level.WARNING,
                    "a personal token of format {0} was written by a newer release; this one reads up to {1} and takes it as absent",
                    format,
                    StoredToken.FORMAT);
            return new TokenRow(position, Optional.empty());
        }
        try {
            return new TokenRow(position, Optional.of(decode(id, row)));
        } catch (IllegalArgumentException e) {
            // The kind of the exception only: its message could hold a value.
            LOG.log(
                    Level.WARNING,
                    "a personal token can''t be read and is taken as absent: {0} ({1})",
                    id,
                    e.getClass().getSimpleName());
            return new TokenRow(position, Optional.empty());
        }
    }

    private static StoredToken decode(String id, ResultSet row) throws SQLException {
        String scopes = row.getString("scopes");
        return new StoredToken(
                new TokenId(id),
                new UserId(row.getString("user_id")),
                row.getString("name"),
                TokenHash.ofBytes(row.getBytes("token_hash")),
                scopes.isEmpty() ? Set.of() : Set.copyOf(List.of(scopes.split(" ", -1))),
                instant(row, "created_at"),
                optionalInstant(row, "expires_at"),
                optionalInstant(row, "last_used_at"),
                optionalInstant(row, "revoked_at"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return Instant.ofEpochMilli(row.getLong(column));
    }

    private static Optional<Instant> optionalInstant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }
}
