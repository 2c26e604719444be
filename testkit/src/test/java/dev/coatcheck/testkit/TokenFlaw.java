package dev.coatcheck.testkit;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.MemoryTokenStore;
import dev.coatcheck.store.Page;
import dev.coatcheck.store.PageToken;
import dev.coatcheck.store.StoredToken;
import dev.coatcheck.store.TokenCreated;
import dev.coatcheck.store.TokenLimit;
import dev.coatcheck.store.TokenStore;
import dev.coatcheck.token.TokenId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Mistakes of stores of personal tokens, each one a store that is right but for it, with the tests that must catch it. */
enum TokenFlaw {
    NONE {},

    A_CREATE_OVERWRITES("aCreateNeverOverwrites") {
        @Override
        TokenCreated create(Flawed store, StoredToken token, TokenLimit limit) {
            TokenCreated created = super.create(store, token, limit);
            if (created instanceof TokenCreated.Taken) {
                store.seenAs.put(token.id(), before -> token);
            }
            return created;
        }
    },
    THE_LIMIT_IS_COUNTED_BEFORE("createsThatRaceAtTheLimitNeverPassIt") {
        @Override
        TokenCreated create(Flawed store, StoredToken token, TokenLimit limit) {
            int living = store.sound
                    .list(token.owner(), Optional.empty(), 100)
                    .items()
                    .size();
            store.pause();
            return living >= limit.living()
                    ? new TokenCreated.LimitReached()
                    : super.create(store, token, new TokenLimit(10_000, 10_000));
        }
    },
    THE_EXPIRED_COUNT_AS_LIVING("theLimitCountsTheUsersTokensThatAreAliveWhenTheNewOneIsMade") {
        @Override
        TokenCreated create(Flawed store, StoredToken token, TokenLimit limit) {
            int notRevoked = store.sound
                    .list(token.owner(), Optional.empty(), 100)
                    .items()
                    .size();
            return notRevoked >= limit.living() ? new TokenCreated.LimitReached() : super.create(store, token, limit);
        }
    },
    THE_DEAD_DO_NOT_COUNT("theDeadCountAsWellUntilTheyArePurged", "createsThatRaceAtTheLimitNeverPassIt") {
        @Override
        TokenCreated create(Flawed store, StoredToken token, TokenLimit limit) {
            return super.create(store, token, new TokenLimit(limit.living(), TokenLimit.MOST));
        }
    },
    THE_NAME_IS_TRIMMED("aNameIsKeptWithItsSpacesInAnyScriptAndIsNoSql") {
        @Override
        TokenCreated create(Flawed store, StoredToken token, TokenLimit limit) {
            return super.create(
                    store,
                    new StoredToken(
                            token.id(),
                            token.owner(),
                            token.name().strip(),
                            token.hash(),
                            token.scopes(),
                            token.createdAt(),
                            token.expiresAt(),
                            token.lastUsedAt(),
                            token.revokedAt()),
                    limit);
        }
    },
    CASE_IS_IGNORED("idsAndUsersThatDifferInCaseAloneAreTwo") {
        @Override
        TokenCreated create(Flawed store, StoredToken token, TokenLimit limit) {
            store.spellings.putIfAbsent(token.id().value().toLowerCase(Locale.ROOT), token.id());
            return super.create(store, token, limit);
        }
    },
    TOUCH_ASSIGNS("aUseIsNotedUnlessALaterOneIs") {
        @Override
        boolean touch(Flawed store, TokenId id, Instant usedAt) {
            boolean noted = super.touch(store, id, usedAt);
            if (noted) {
                store.seenAs.put(id, token -> used(token, usedAt));
            }
            return noted;
        }
    },
    A_REVOKED_TOKEN_IS_TOUCHED("aUseOfARevokedTokenIsNotNoted") {
        @Override
        boolean touch(Flawed store, TokenId id, Instant usedAt) {
            store.seenAs.put(id, token -> used(token, usedAt));
            return super.touch(store, id, usedAt) || store.sound.find(id).isPresent();
        }
    },
    TOUCH_LOOKS_FIRST_AND_SAVES_WHAT_IT_SAW("aUseThatWasNotedCameBeforeTheRevocation") {
        @Override
        boolean touch(Flawed store, TokenId id, Instant usedAt) {
            Optional<StoredToken> seen =
                    store.find(id).filter(token -> token.revokedAt().isEmpty());
            store.pause();
            seen.ifPresent(token -> store.seenAs.put(id, now -> token.touched(usedAt)));
            return seen.isPresent();
        }
    },
    ANYBODYS_TOKEN_IS_REVOKED("nobodyRevokesWhatIsSomebodyElses", "idsAndUsersThatDifferInCaseAloneAreTwo") {
        @Override
        boolean revoke(Flawed store, UserId owner, TokenId id, Instant now) {
            UserId whoever = store.sound.find(id).map(StoredToken::owner).orElse(owner);
            return super.revoke(store, whoever, id, now);
        }
    },
    THE_LAST_REVOCATION_STAYS("theFirstRevocationStays", "allOfAUsersAreRevokedAndNamed") {
        @Override
        boolean revoke(Flawed store, UserId owner, TokenId id, Instant now) {
            boolean revoked = super.revoke(store, owner, id, now);
            store.seenAs.put(id, token -> token.owner().equals(owner) ? token.revoked(now) : token);
            return revoked;
        }

        @Override
        Set<TokenId> revokeAll(Flawed store, UserId owner, Instant now) {
            store.seenAs.replaceAll((id, before) -> token -> token.revoked(now));
            return super.revokeAll(store, owner, now);
        }
    },
    WHO_COMES_SECOND_REVOKES_TOO("theFirstRevocationStays", "ofRevocationsThatRaceOneDidIt") {
        @Override
        boolean revoke(Flawed store, UserId owner, TokenId id, Instant now) {
            return super.revoke(store, owner, id, now)
                    || store.sound
                            .find(id)
                            .filter(token -> token.owner().equals(owner))
                            .isPresent();
        }
    },
    ALL_ARE_NAMED_BEFORE_THEY_ARE_REVOKED("revokingAllNamesWhatItRevokedAlsoWhileMoreAreMade") {
        @Override
        Set<TokenId> revokeAll(Flawed store, UserId owner, Instant now) {
            Set<TokenId> named = store.sound.list(owner, Optional.empty(), 100).items().stream()
                    .map(StoredToken::id)
                    .collect(Collectors.toSet());
            store.pause();
            super.revokeAll(store, owner, now);
            return named;
        }
    },
    THE_FIRST_MADE_IS_LISTED_FIRST(
            "theLatestMadeIsListedFirstAndTheRevokedAreNot",
            "pagesJoinWithoutGapOrDoubleWhateverIsMadeAndRevokedMeanwhile") {
        @Override
        Page<StoredToken> list(Flawed store, UserId owner, Optional<PageToken> after, int size) {
            Page<StoredToken> page = super.list(store, owner, after, size);
            List<StoredToken> items = new ArrayList<>(page.items());
            Collections.reverse(items);
            return new Page<>(items, page.next());
        }
    },
    PAGES_START_OVER(
            "pagesJoinWithoutGapOrDoubleWhateverIsMadeAndRevokedMeanwhile",
            "aPageTokenOfSomebodyElseIsAnEmptyPageAndAPageHasABound") {
        @Override
        Page<StoredToken> list(Flawed store, UserId owner, Optional<PageToken> after, int size) {
            return super.list(store, owner, Optional.empty(), size);
        }
    },
    PURGE_TAKES_TOO_MUCH("onlyWhatDiedBeforeIsForgottenAndAtMostSoMany") {
        @Override
        int purge(Flawed store, Instant deadBefore, int atMost) {
            return super.purge(store, deadBefore.plusMillis(1), atMost);
        }
    },
    PURGE_HAS_NO_BOUND("onlyWhatDiedBeforeIsForgottenAndAtMostSoMany") {
        @Override
        int purge(Flawed store, Instant deadBefore, int atMost) {
            return super.purge(store, deadBefore, Integer.MAX_VALUE);
        }
    };

    private final String caughtBy;

    TokenFlaw(String... caughtBy) {
        this.caughtBy = String.join(" ", caughtBy);
    }

    List<String> caughtBy() {
        return List.of(caughtBy.split(" ", -1));
    }

    TokenCreated create(Flawed store, StoredToken token, TokenLimit limit) {
        return store.sound.create(token, limit);
    }

    boolean touch(Flawed store, TokenId id, Instant usedAt) {
        return store.sound.touch(id, usedAt);
    }

    boolean revoke(Flawed store, UserId owner, TokenId id, Instant now) {
        return store.sound.revoke(owner, id, now);
    }

    Set<TokenId> revokeAll(Flawed store, UserId owner, Instant now) {
        return store.sound.revokeAll(owner, now);
    }

    Page<StoredToken> list(Flawed store, UserId owner, Optional<PageToken> after, int size) {
        return store.sound.list(owner, after, size);
    }

    int purge(Flawed store, Instant deadBefore, int atMost) {
        return store.sound.purge(deadBefore, atMost);
    }

    private static StoredToken used(StoredToken token, Instant usedAt) {
        return new StoredToken(
                token.id(),
                token.owner(),
                token.name(),
                token.hash(),
                token.scopes(),
                token.createdAt(),
                token.expiresAt(),
                Optional.of(usedAt),
                token.revokedAt());
    }

    /** A sound store, seen through one flaw. */
    static final class Flawed implements TokenStore {
        final TokenStore sound = new MemoryTokenStore();
        final Map<TokenId, UnaryOperator<StoredToken>> seenAs = new ConcurrentHashMap<>();
        final Map<String, TokenId> spellings = new ConcurrentHashMap<>();
        private final TokenFlaw flaw;

        Flawed(TokenFlaw flaw) {
            this.flaw = flaw;
        }

        /** Opens the gap between a read and the write that trusts it. */
        void pause() {
            LockSupport.parkNanos(200_000);
        }

        @Override
        public Optional<StoredToken> find(TokenId id) {
            TokenId spelt = spellings.getOrDefault(id.value().toLowerCase(Locale.ROOT), id);
            return sound.find(spelt).map(seenAs.getOrDefault(spelt, UnaryOperator.identity()));
        }

        @Override
        public TokenCreated create(StoredToken token, TokenLimit limit) {
            return flaw.create(this, token, limit);
        }

        @Override
        public boolean touch(TokenId id, Instant usedAt) {
            return flaw.touch(this, id, usedAt);
        }

        @Override
        public boolean revoke(UserId owner, TokenId id, Instant now) {
            return flaw.revoke(this, owner, id, now);
        }

        @Override
        public Set<TokenId> revokeAll(UserId owner, Instant now) {
            return flaw.revokeAll(this, owner, now);
        }

        @Override
        public Page<StoredToken> list(UserId owner, Optional<PageToken> after, int size) {
            return flaw.list(this, owner, after, size);
        }

        @Override
        public int purge(Instant deadBefore, int atMost) {
            return flaw.purge(this, deadBefore, atMost);
        }

        @Override
        public void close() {
            sound.close();
        }
    }
}
