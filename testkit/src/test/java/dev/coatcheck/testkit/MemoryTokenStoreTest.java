package dev.coatcheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.MemoryTokenStore;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredToken;
import dev.coatcheck.store.TokenCreated;
import dev.coatcheck.store.TokenLimit;
import dev.coatcheck.store.TokenStore;
import dev.coatcheck.token.TokenId;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MemoryTokenStoreTest extends TokenStoreContract {
    private static final UserId ANN = new UserId("ann");
    private static final Instant NOW = Instant.parse("2026-11-20T08:30:00Z");

    @Override
    protected TokenStore open() {
        return new MemoryTokenStore();
    }

    @Test
    void aFullStoreGivesUpNothingForANewToken() {
        TokenStore small = new MemoryTokenStore(1);
        StoredToken first = Tokens.of(ANN, NOW);
        small.create(first, TokenLimit.DEFAULT);
        small.revoke(ANN, first.id(), NOW);
        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> small.create(Tokens.of(ANN, NOW), TokenLimit.DEFAULT))
                .withMessageContaining("1 tokens in memory");
        small.purge(NOW.plusMillis(1), 1);
        assertThat(small.create(Tokens.of(ANN, NOW), TokenLimit.DEFAULT)).isEqualTo(new TokenCreated.Stored());
    }

    @Test
    void aTokenIsAliveUntilTheInstantOfItsExpiryOrItsRevocation() {
        StoredToken token = Tokens.of(ANN, NOW, Optional.of(NOW.plusMillis(5)));
        assertThat(token.aliveAt(NOW.plusMillis(4))).isTrue();
        assertThat(token.aliveAt(NOW.plusMillis(5))).isFalse();
        assertThat(token.revoked(NOW.plusMillis(9)).aliveAt(NOW)).isFalse();
        assertThat(Tokens.of(ANN, NOW).aliveAt(Instant.MAX)).isTrue();
    }

    @Test
    void whatCantBeKeptIsRefusedAndNotRepeated() {
        for (String name : List.of("", " ", "\t", "a\0b", "a\nb", "x".repeat(129), "half \uD83D", "\uDD11 half")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Tokens.of(Tokens.id(), ANN, name, NOW, Optional.empty()))
                    .withMessageStartingWith("a token's name is 1 to 128 characters");
        }
        Set<String> many = new HashSet<>();
        for (int i = 0; i < 65; i++) {
            many.add("scope" + i);
        }
        for (Set<String> scopes :
                List.of(Set.of(""), Set.of("a b"), Set.of("a\"b"), Set.of("a\\b"), Set.of("ä"), many)) {
            assertThatIllegalArgumentException().isThrownBy(() -> scoped(scopes));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> Tokens.of(ANN, NOW, Optional.of(NOW)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tokens.of(ANN, NOW, Optional.of(Instant.MAX)))
                .withMessageContaining("no expiry");
    }

    private static StoredToken scoped(Set<String> scopes) {
        StoredToken token = Tokens.of(ANN, NOW);
        return new StoredToken(
                token.id(),
                ANN,
                "scoped",
                token.hash(),
                scopes,
                NOW,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void aLimitHasBounds() {
        for (int[] wrong : new int[][] {{0, 1}, {2, 1}, {1, TokenLimit.MOST + 1}}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new TokenLimit(wrong[0], wrong[1]));
        }
    }

    @Test
    void anIdHasOneSpelling() {
        TokenId id = Tokens.id();
        assertThat(TokenId.parse(id.toString())).contains(id);
        for (String wrong : List.of("", "x", id + "0", "z".repeat(22), "00000000000000000000-0")) {
            assertThat(TokenId.parse(wrong)).isEmpty();
            assertThatIllegalArgumentException().isThrownBy(() -> new TokenId(wrong));
        }
    }

    @Test
    void anOutcomeHasFourCases() {
        List<String> cases = List.of(
                        new TokenCreated.Stored(),
                        new TokenCreated.Taken(),
                        new TokenCreated.LimitReached(),
                        new TokenCreated.Full())
                .stream()
                .map(outcome -> outcome.fold(s -> "stored", t -> "taken", l -> "limit", f -> "full"))
                .toList();
        assertThat(cases).containsExactly("stored", "taken", "limit", "full");
    }
}
