package dev.coatcheck.stores.sql;

import dev.coatcheck.store.StoredToken;
import dev.coatcheck.store.TokenCreated;
import dev.coatcheck.store.TokenLimit;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A personal token that is to be stored where there is room, as pieces of SQL. */
record TokenStep(StoredToken token, TokenLimit limit) {
    /** Everything of a user that is not revoked. */
    static final String NOT_REVOKED = "user_id = ? AND revoked_at IS NULL";

    String owner() {
        return token.owner().value();
    }

    /** A query for what the user has: {@code living}, and {@code kept} at all. */
    Fragment facts() {
        return Fragment.of(
                "SELECT count(CASE WHEN revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?) THEN 1 END) AS living,"
                        + " count(*) AS kept FROM personal_tokens WHERE user_id = ?",
                token.createdAt().toEpochMilli(),
                owner());
    }

    /** The insertion, if the facts that stand there leave room. */
    Fragment made(Fragment facts) {
        @Nullable Object[] values = TokenRow.of(token);
        String marks = String.join(", ", Collections.nCopies(values.length, "?"));
        return Fragment.joined(
                "",
                List.of(
                        Fragment.of(
                                "INSERT INTO personal_tokens (" + TokenRow.COLUMNS + ") SELECT " + marks + " FROM ",
                                values),
                        facts,
                        Fragment.of(" WHERE living < ? AND kept < ?", limit.living(), limit.kept())));
    }

    /** Why it was not stored. */
    TokenCreated refusal(long living, long kept) {
        if (living >= limit.living()) {
            return new TokenCreated.LimitReached();
        }
        return kept >= limit.kept() ? new TokenCreated.Full() : new TokenCreated.Taken();
    }

    /** The same, of facts as a server writes them. */
    TokenCreated refusal(@Nullable String living, @Nullable String kept) {
        return refusal(Long.parseLong(String.valueOf(living)), Long.parseLong(String.valueOf(kept)));
    }
}
