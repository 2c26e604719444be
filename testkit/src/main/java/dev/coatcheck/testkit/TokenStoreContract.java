package dev.coatcheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Page;
import dev.coatcheck.store.PageToken;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredToken;
import dev.coatcheck.store.TokenCreated;
import dev.coatcheck.store.TokenLimit;
import dev.coatcheck.store.TokenPosition;
import dev.coatcheck.store.TokenStore;
import dev.coatcheck.token.TokenId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every {@link TokenStore} promises, races included: 20 rounds, or 200 in a thorough run. */
public abstract class TokenStoreContract extends StoreContract<TokenStore> {
    private static final int ROUNDS = Rounds.of(20, 200);
    private static final Instant NOW = Instant.parse("2026-11-20T08:30:00.123Z");
    private static final TokenLimit LIMIT = TokenLimit.DEFAULT;

    private final UserId ann = Sessions.user();
    private final UserId bob = Sessions.user();

    /** For subclasses. */
    protected TokenStoreContract() {}

    @Test
    void whatWasCreatedIsFoundToTheLetter() {
        StoredToken plain = Tokens.of(ann, NOW);
        StoredToken full = new StoredToken(
                Tokens.id(),
                bob,
                "Bob's \"night\" job",
                plain.hash(),
                Set.of("a", "A", "!#[]~", "https://api.example/read"),
                NOW,
                Optional.of(NOW.plusSeconds(60)),
                Optional.of(NOW.plusSeconds(1)),
                Optional.of(NOW.plusSeconds(2)));
        StoredToken bare = new StoredToken(
                Tokens.id(),
                ann,
                "bare",
                plain.hash(),
                Set.of(),
                Instant.EPOCH.minusMillis(1),
                Optional.of(Instant.EPOCH),
                Optional.empty(),
                Optional.empty());
        for (StoredToken token : List.of(plain, full, bare)) {
            assertThat(store.find(token.id())).isEmpty();
            stored(token);
            assertThat(store.find(token.id())).contains(token);
        }
        assertThat(store.find(Tokens.id())).isEmpty();
    }

    @Test
    void aNameIsKeptWithItsSpacesInAnyScriptAndIsNoSql() {
        for (String name : List.of(
                "x'); DELETE FROM personal_tokens; -- ",
                " both ends ",
                "100% _ \\ \\' ? :a {1} $1 ${a}",
                "Käse 日本 \uD83D\uDD11",
                "x".repeat(128),
                "\uD83D\uDD11".repeat(64))) {
            StoredToken token = Tokens.of(Tokens.id(), ann, name, NOW, Optional.empty());
            stored(token);
            assertThat(found(token).name()).isEqualTo(name);
        }
        assertThat(listed(ann)).hasSize(6);
    }

    @Test
    void aCreateNeverOverwrites() {
        StoredToken living = Tokens.of(ann, NOW);
        StoredToken revoked = Tokens.of(ann, NOW);
        StoredToken expired = Tokens.of(ann, NOW, Optional.of(NOW.plusMillis(1)));
        Stream.of(living, revoked, expired).forEach(this::stored);
        store.revoke(ann, revoked.id(), NOW);
        for (StoredToken taken : List.of(living, revoked, expired)) {
            StoredToken before = found(taken);
            for (UserId owner : List.of(ann, bob)) {
                StoredToken other = Tokens.of(taken.id(), owner, "other", NOW.plusSeconds(60), Optional.empty());
                assertThat(store.create(other, LIMIT)).isEqualTo(new TokenCreated.Taken());
            }
            assertThat(found(taken)).isEqualTo(before);
        }
    }

    @Test
    void idsAndUsersThatDifferInCaseAloneAreTwo() {
        StoredToken lower = ofId("000000000000000000abcd", new UserId("ann"));
        StoredToken upper = ofId("000000000000000000ABCD", new UserId("ANN"));
        stored(lower);
        assertThat(store.find(upper.id())).isEmpty();
        stored(upper);
        assertThat(store.find(lower.id())).contains(lower);
        assertThat(store.find(upper.id())).contains(upper);
        assertThat(listed(lower.owner())).containsExactly(lower);
        assertThat(store.revoke(upper.owner(), lower.id(), NOW)).isFalse();
        assertThat(store.revokeAll(upper.owner(), NOW)).containsExactly(upper.id());
        assertThat(store.find(lower.id())).contains(lower);
    }

    @Test
    void theLimitCountsTheUsersTokensThatAreAliveWhenTheNewOneIsMade() {
        TokenLimit two = new TokenLimit(2, 100);
        StoredToken first = Tokens.of(ann, NOW);
        stored(first);
        stored(Tokens.of(bob, NOW));
        stored(Tokens.of(ann, NOW, Optional.of(NOW.plusMillis(10))));
        assertThat(store.create(Tokens.of(ann, NOW.plusMillis(9)), two)).isEqualTo(new TokenCreated.LimitReached());
        StoredToken afterTheExpiry = Tokens.of(ann, NOW.plusMillis(10));
        assertThat(store.create(afterTheExpiry, two)).isEqualTo(new TokenCreated.Stored());
        StoredToken refused = Tokens.of(ann, NOW.plusMillis(10));
        assertThat(store.create(refused, two)).isEqualTo(new TokenCreated.LimitReached());
        assertThat(store.find(refused.id())).isEmpty();
        store.revoke(ann, first.id(), NOW.plusSeconds(60));
        assertThat(store.create(refused, two)).isEqualTo(new TokenCreated.Stored());
        assertThat(store.create(Tokens.of(bob, NOW), two)).isEqualTo(new TokenCreated.Stored());
    }

    @Test
    void theDeadCountAsWellUntilTheyArePurged() {
        TokenLimit limit = new TokenLimit(2, 3);
        for (int i = 0; i < 3; i++) {
            StoredToken token = Tokens.of(ann, NOW);
            assertThat(store.create(token, limit)).isEqualTo(new TokenCreated.Stored());
            store.revoke(ann, token.id(), NOW);
        }
        StoredToken next = Tokens.of(ann, NOW);
        assertThat(store.create(next, limit)).isEqualTo(new TokenCreated.Full());
        assertThat(store.find(next.id())).isEmpty();
        assertThat(store.purge(NOW.plusMillis(1), 1)).isEqualTo(1);
        assertThat(store.create(next, limit)).isEqualTo(new TokenCreated.Stored());
    }

    @Test
    void aUseIsNotedUnlessALaterOneIs() {
        StoredToken token = Tokens.of(ann, NOW);
        stored(token);
        assertThat(store.touch(token.id(), NOW.plusMillis(5))).isTrue();
        assertThat(found(token).lastUsedAt()).contains(NOW.plusMillis(5));
        assertThat(store.touch(token.id(), NOW.plusMillis(4))).isTrue();
        assertThat(found(token).lastUsedAt()).contains(NOW.plusMillis(5));
        assertThat(store.touch(token.id(), NOW.plusMillis(5))).isTrue();
        assertThat(found(token).lastUsedAt()).contains(NOW.plusMillis(5));
        assertThat(store.touch(token.id(), NOW.plusMillis(6))).isTrue();
        assertThat(found(token)).isEqualTo(token.touched(NOW.plusMillis(6)));
    }

    @Test
    void aUseOfARevokedTokenIsNotNoted() {
        StoredToken token = Tokens.of(ann, NOW);
        stored(token);
        store.touch(token.id(), NOW);
        store.revoke(ann, token.id(), NOW.plusSeconds(1));
        StoredToken revoked = found(token);
        assertThat(store.touch(token.id(), NOW.plusSeconds(2))).isFalse();
        assertThat(found(token)).isEqualTo(revoked);
        assertThat(store.touch(Tokens.id(), NOW)).isFalse();
    }

    @Test
    void theFirstRevocationStays() {
        StoredToken token = Tokens.of(ann, NOW, Optional.of(NOW.plusSeconds(1)));
        stored(token);
        assertThat(store.revoke(ann, token.id(), NOW.plusSeconds(5))).isTrue();
        assertThat(store.revoke(ann, token.id(), NOW.plusSeconds(6))).isFalse();
        assertThat(store.revoke(ann, token.id(), NOW.plusSeconds(4))).isFalse();
        assertThat(store.revokeAll(ann, NOW.plusSeconds(7))).isEmpty();
        assertThat(found(token)).isEqualTo(token.revoked(NOW.plusSeconds(5)));
    }

    @Test
    void nobodyRevokesWhatIsSomebodyElses() {
        StoredToken token = Tokens.of(ann, NOW);
        stored(token);
        assertThat(store.revoke(bob, token.id(), NOW)).isFalse();
        assertThat(store.revoke(ann, Tokens.id(), NOW)).isFalse();
        assertThat(store.revokeAll(bob, NOW)).isEmpty();
        assertThat(found(token)).isEqualTo(token);
    }

    @Test
    void allOfAUsersAreRevokedAndNamed() {
        StoredToken living = Tokens.of(ann, NOW);
        StoredToken expired = Tokens.of(ann, NOW, Optional.of(NOW.plusMillis(1)));
        StoredToken revoked = Tokens.of(ann, NOW);
        StoredToken others = Tokens.of(bob, NOW);
        Stream.of(living, expired, revoked, others).forEach(this::stored);
        store.revoke(ann, revoked.id(), NOW);
        Instant later = NOW.plusSeconds(60);
        assertThat(store.revokeAll(ann, later)).containsExactlyInAnyOrder(living.id(), expired.id());
        assertThat(found(living)).isEqualTo(living.revoked(later));
        assertThat(found(expired)).isEqualTo(expired.revoked(later));
        assertThat(found(revoked)).isEqualTo(revoked.revoked(NOW));
        assertThat(found(others)).isEqualTo(others);
        assertThat(store.revokeAll(ann, later)).isEmpty();
    }

    @Test
    void theLatestMadeIsListedFirstAndTheRevokedAreNot() {
        StoredToken first = Tokens.of(ann, NOW);
        StoredToken expired = Tokens.of(ann, NOW.plusMillis(1), Optional.of(NOW.plusMillis(2)));
        StoredToken last = Tokens.of(ann, NOW.plusMillis(3));
        StoredToken revoked = Tokens.of(ann, NOW.plusMillis(2));
        StoredToken lower = ofId("000000000000000000abcd", ann);
        StoredToken upper = ofId("000000000000000000ABCD", ann);
        Stream.of(last, first, Tokens.of(bob, NOW), expired, revoked, lower, upper)
                .forEach(this::stored);
        store.revoke(ann, revoked.id(), NOW);
        store.revoke(ann, first.id(), NOW);
        assertThat(listed(ann)).containsExactly(last, expired, upper, lower);
        assertThat(listed(Sessions.user())).isEmpty();
    }

    @Test
    void pagesJoinWithoutGapOrDoubleWhateverIsMadeAndRevokedMeanwhile() {
        List<StoredToken> tokens = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            StoredToken token = Tokens.of(ann, NOW.plusMillis(i / 3));
            stored(token);
            tokens.add(token);
        }
        tokens.sort((one, other) -> TokenPosition.of(one).compareTo(TokenPosition.of(other)));
        Page<StoredToken> first = store.list(ann, Optional.empty(), 4);
        assertThat(first.items()).isEqualTo(tokens.subList(0, 4));
        stored(Tokens.of(ann, NOW.plusSeconds(1)));
        store.revoke(ann, tokens.get(3).id(), NOW);
        store.purge(NOW.plusSeconds(1), 10);
        Page<StoredToken> second = store.list(ann, first.next(), 4);
        assertThat(second.items()).isEqualTo(tokens.subList(4, 8));
        Page<StoredToken> third = store.list(ann, second.next(), 4);
        assertThat(third.items()).isEqualTo(tokens.subList(8, 9));
        assertThat(third.next()).isEmpty();
        assertThat(store.list(ann, second.next(), 1).next()).isEmpty();
        assertThat(store.list(bob, first.next(), 4).items()).isEmpty();
    }

    @Test
    void aPageTokenOfSomebodyElseIsAnEmptyPageAndAPageHasABound() {
        stored(Tokens.of(ann, NOW));
        for (String token : List.of("x", "1", "1.x", ".", "9999999999999999999." + Tokens.id(), "x." + Tokens.id())) {
            Page<StoredToken> page = store.list(ann, Optional.of(new PageToken(token)), 10);
            assertThat(page.items()).as(token).isEmpty();
            assertThat(page.next()).isEmpty();
        }
        assertThatIllegalArgumentException().isThrownBy(() -> store.list(ann, Optional.empty(), 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.list(ann, Optional.empty(), TokenPosition.MAX_SIZE + 1));
        assertThat(store.list(ann, Optional.empty(), TokenPosition.MAX_SIZE).items())
                .hasSize(1);
    }

    @Test
    void onlyWhatDiedBeforeIsForgottenAndAtMostSoMany() {
        Instant then = NOW.plusSeconds(60);
        StoredToken endless = Tokens.of(ann, NOW);
        StoredToken expiresThen = Tokens.of(ann, NOW, Optional.of(then));
        StoredToken revokedThen = Tokens.of(ann, NOW, Optional.of(then.plusSeconds(60)));
        StoredToken expired = Tokens.of(ann, NOW, Optional.of(then.minusMillis(1)));
        StoredToken revoked = Tokens.of(ann, NOW);
        StoredToken revokedBeforeItsExpiry = Tokens.of(bob, NOW, Optional.of(then.plusSeconds(60)));
        Stream.of(endless, expiresThen, revokedThen, expired, revoked, revokedBeforeItsExpiry)
                .forEach(this::stored);
        store.revoke(ann, revokedThen.id(), then);
        store.revoke(ann, revoked.id(), then.minusMillis(1));
        store.revoke(bob, revokedBeforeItsExpiry.id(), then.minusMillis(1));
        assertThat(store.purge(then, 0)).isZero();
        assertThat(store.purge(then, 2)).isEqualTo(2);
        assertThat(store.purge(then, 1_000)).isEqualTo(1);
        assertThat(store.purge(then, 1_000)).isZero();
        for (StoredToken gone : List.of(expired, revoked, revokedBeforeItsExpiry)) {
            assertThat(store.find(gone.id())).isEmpty();
        }
        for (StoredToken kept : List.of(endless, expiresThen, revokedThen)) {
            assertThat(store.find(kept.id())).isPresent();
        }
        assertThat(listed(ann)).containsExactlyInAnyOrder(endless, expiresThen);
    }

    @Test
    void timesAreCutToMilliseconds() {
        Instant finer = NOW.plusNanos(999_999);
        StoredToken token = Tokens.of(ann, finer, Optional.of(finer.plusSeconds(1)));
        stored(token);
        assertThat(found(token)).isEqualTo(token);
        store.touch(token.id(), finer);
        store.revoke(ann, token.id(), finer);
        assertThat(found(token).lastUsedAt()).contains(NOW);
        assertThat(found(token).revokedAt()).contains(NOW);
    }

    @Test
    void aClosedStoreSaysSo() throws Exception {
        TokenStore closed = open();
        closed.close();
        closed.close();
        StoredToken token = Tokens.of(ann, NOW);
        for (Callable<?> call : List.<Callable<?>>of(
                () -> closed.find(token.id()),
                () -> closed.create(token, LIMIT),
                () -> closed.touch(token.id(), NOW),
                () -> closed.revoke(ann, token.id(), NOW),
                () -> closed.revokeAll(ann, NOW),
                () -> closed.list(ann, Optional.empty(), 1),
                () -> closed.purge(NOW, 1))) {
            assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(call::call);
        }
    }

    @Test
    void createsThatRaceAtTheLimitNeverPassIt() throws Exception {
        TokenStore second = another();
        TokenLimit five = new TokenLimit(5, 8);
        for (int round = 0; round < ROUNDS; round++) {
            UserId user = Sessions.user();
            stored(Tokens.of(user, NOW));
            stored(Tokens.of(user, NOW));
            List<TokenCreated> made =
                    Race.of(16, i -> () -> node(i, second).create(Tokens.of(user, NOW.plusMillis(i)), five));
            assertThat(made.stream().filter(new TokenCreated.Stored()::equals)).hasSize(3);
            assertThat(made.stream().filter(new TokenCreated.LimitReached()::equals))
                    .hasSize(13);
            assertThat(listed(user)).hasSize(5);
            store.revokeAll(user, NOW);
            List<TokenCreated> more =
                    Race.of(8, i -> () -> node(i, second).create(Tokens.of(user, NOW.plusMillis(i)), five));
            assertThat(more.stream().filter(new TokenCreated.Stored()::equals)).hasSize(3);
            assertThat(more.stream().filter(new TokenCreated.Full()::equals)).hasSize(5);
        }
    }

    @Test
    void ofManyWhoCreateOneIdOneDoes() throws Exception {
        TokenStore second = another();
        for (int round = 0; round < ROUNDS; round++) {
            TokenId id = Tokens.id();
            List<StoredToken> tokens = Stream.of(ann, bob, Sessions.user(), Sessions.user())
                    .map(user -> Tokens.of(id, user, "raced", NOW, Optional.empty()))
                    .toList();
            List<TokenCreated> made =
                    Race.of(4, i -> () -> node(i, second).create(tokens.get(i), new TokenLimit(10_000, 10_000)));
            assertThat(made).containsOnlyOnce(new TokenCreated.Stored());
            assertThat(store.find(id)).contains(tokens.get(made.indexOf(new TokenCreated.Stored())));
        }
    }

    @Test
    void aUseThatWasNotedCameBeforeTheRevocation() throws Exception {
        TokenStore second = another();
        for (int round = 0; round < ROUNDS; round++) {
            StoredToken token = Tokens.of(Sessions.user(), NOW);
            stored(token);
            List<Boolean> done = Race.between(
                    () -> store.revoke(token.owner(), token.id(), NOW.plusMillis(7)),
                    () -> second.touch(token.id(), NOW.plusMillis(9)));
            assertThat(done.get(0)).isTrue();
            StoredToken touched = done.get(1) ? token.touched(NOW.plusMillis(9)) : token;
            assertThat(found(token)).isEqualTo(touched.revoked(NOW.plusMillis(7)));
        }
    }

    @Test
    void ofUsesThatRaceTheLatestStays() throws Exception {
        TokenStore second = another();
        for (int round = 0; round < ROUNDS; round++) {
            StoredToken token = Tokens.of(Sessions.user(), NOW);
            stored(token);
            List<Boolean> noted = Race.of(4, i -> () -> node(i, second).touch(token.id(), NOW.plusMillis(4 - i)));
            assertThat(noted).containsOnly(true);
            assertThat(found(token).lastUsedAt()).contains(NOW.plusMillis(4));
        }
    }

    @Test
    void ofRevocationsThatRaceOneDidIt() throws Exception {
        TokenStore second = another();
        for (int round = 0; round < ROUNDS; round++) {
            StoredToken token = Tokens.of(Sessions.user(), NOW);
            stored(token);
            List<Boolean> done = Race.of(
                    4,
                    i -> () -> i == 3
                            ? second.revokeAll(token.owner(), NOW.plusMillis(3)).contains(token.id())
                            : node(i, second).revoke(token.owner(), token.id(), NOW.plusMillis(i)));
            assertThat(done).containsOnlyOnce(true);
            assertThat(found(token).revokedAt()).contains(NOW.plusMillis(done.indexOf(true)));
        }
    }

    @Test
    void ofManyWhoRevokeEverythingAtOnceEachTokenIsRevokedByOne() throws Exception {
        TokenStore second = another();
        for (int round = 0; round < ROUNDS; round++) {
            UserId user = Sessions.user();
            Set<TokenId> tokens = new HashSet<>();
            for (int i = 0; i < 24; i++) {
                StoredToken token = Tokens.of(user, NOW.plusMillis(i));
                tokens.add(token.id());
                stored(token);
            }
            List<Set<TokenId>> named = Race.of(6, i -> () -> node(i, second).revokeAll(user, NOW.plusSeconds(1)));
            assertThat(named.stream().flatMap(Set::stream).toList()).containsExactlyInAnyOrderElementsOf(tokens);
        }
    }

    @Test
    void revokingAllNamesWhatItRevokedAlsoWhileMoreAreMade() throws Exception {
        TokenStore second = another();
        for (int round = 0; round < ROUNDS; round++) {
            UserId user = Sessions.user();
            List<StoredToken> tokens = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                tokens.add(Tokens.of(user, NOW.plusMillis(i)));
            }
            stored(tokens.get(0));
            List<Set<TokenId>> named = Race.of(4, i -> () -> {
                if (i == 0) {
                    return second.revokeAll(user, NOW.plusSeconds(1));
                }
                for (StoredToken token : tokens.subList(2 * i - 1, 2 * i + 1)) {
                    assertThat(node(i, second).create(token, LIMIT)).isEqualTo(new TokenCreated.Stored());
                }
                return Set.<TokenId>of();
            });
            Set<TokenId> revoked = new HashSet<>();
            for (StoredToken token : tokens.subList(0, 7)) {
                if (found(token).revokedAt().isPresent()) {
                    revoked.add(token.id());
                }
            }
            assertThat(named.get(0)).isEqualTo(revoked).contains(tokens.get(0).id());
        }
    }

    @Test
    void manyMayCleanUpAtOnceAndTakeEachRecordOnce() throws Exception {
        TokenStore second = another();
        for (int round = 0; round < Math.max(2, ROUNDS / 10); round++) {
            UserId user = Sessions.user();
            for (int i = 0; i < 60; i++) {
                stored(Tokens.of(user, NOW, Optional.of(NOW.plusMillis(1 + i))), new TokenLimit(100, 100));
            }
            StoredToken living = Tokens.of(user, NOW);
            stored(living, new TokenLimit(100, 100));
            List<Integer> gone = Race.of(4, i -> () -> {
                int all = 0;
                for (int batch = 0; batch < 20; batch++) {
                    all += node(i, second).purge(NOW.plusSeconds(1), 10);
                }
                return all;
            });
            assertThat(gone.stream().mapToInt(Integer::intValue).sum()).isEqualTo(60);
            assertThat(listed(user)).containsExactly(living);
        }
    }

    private TokenStore node(int racer, TokenStore second) {
        return racer % 2 == 0 ? store : second;
    }

    private void stored(StoredToken token) {
        stored(token, LIMIT);
    }

    private void stored(StoredToken token, TokenLimit limit) {
        assertThat(store.create(token, limit)).isEqualTo(new TokenCreated.Stored());
    }

    private StoredToken found(StoredToken token) {
        return store.find(token.id()).orElseThrow();
    }

    private List<StoredToken> listed(UserId user) {
        return store.list(user, Optional.empty(), TokenPosition.MAX_SIZE).items();
    }

    private static StoredToken ofId(String id, UserId owner) {
        return Tokens.of(new TokenId(id), owner, "case", NOW, Optional.empty());
    }
}
