package dev.coatcheck.testkit;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Created;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.MemorySessionStore;
import dev.coatcheck.store.Page;
import dev.coatcheck.store.PageToken;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionChange.AttributeChange;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.store.StoredSession.Ending;
import dev.coatcheck.token.SessionId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/** Mistakes that stores have made, each one a store that is right but for it, with the tests that must catch it. */
enum Flaw {
    NONE {},

    A_LATE_SAVE_REVIVES("anUpdateNeverRevivesAnEndedSession", "anEndedSessionStaysEndedWhateverWasBeingWritten") {
        @Override
        Changed apply(Flawed store, SessionId id, Guard guard, SessionChange change) {
            Changed changed = super.apply(store, id, guard, change);
            if (changed instanceof Changed.Dead dead && dead.ending().isPresent()) {
                store.seenAs.put(id, session -> Flawed.with(session, session.lastSeenAt(), Optional.empty()));
            }
            return changed;
        }
    },
    THE_WHOLE_RECORD_IS_SAVED(
            "attributesThatAreNotNamedStayAsTheyAre", "parallelWritesOfDifferentAttributesAreAllKept") {
        @Override
        Changed apply(Flawed store, SessionId id, Guard guard, SessionChange change) {
            SessionChange whole = change;
            for (String name : List.of("kept", "zero", "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7")) {
                if (!change.attributes().isEmpty() && !change.attributes().containsKey(name)) {
                    whole = whole.with(name, new AttributeChange.Remove());
                }
            }
            return super.apply(store, id, guard, whole);
        }
    },
    TOUCH_ASSIGNS("touchNeverLowersLastSeenOrDeadline", "aLateTouchNeverMovesTimeBack") {
        @Override
        Changed apply(Flawed store, SessionId id, Guard guard, SessionChange change) {
            Changed changed = super.apply(store, id, guard, change);
            if (changed instanceof Changed.Applied) {
                change.touch()
                        .ifPresent(touch -> store.seenAs.put(
                                id, session -> Flawed.with(session, touch.seenAt(), session.ending())));
            }
            return changed;
        }
    },
    THE_EPOCH_IS_IGNORED(
            "anotherEpochIsReplacedAndWritesNothing", "aSlowWriteNeverReachesIntoTheSessionThatWasSignedInMeanwhile") {
        @Override
        Changed apply(Flawed store, SessionId id, Guard guard, SessionChange change) {
            int epoch = store.find(id).map(StoredSession::epoch).orElse(0);
            return super.apply(store, id, new Guard(guard.now(), epoch), change);
        }
    },
    THE_EXPECTED_VERSION_IS_IGNORED(
            "swapOfAnotherVersionIsAConflictThatShowsTheRecordAndWritesNothing",
            "aThousandIncrementsByThirtyTwoThreadsMakeAThousand") {
        @Override
        Changed apply(Flawed store, SessionId id, Guard guard, SessionChange change) {
            return super.apply(store, id, guard, change.withAttributes(puts(change)));
        }
    },
    READ_THEN_WRITE("aThousandIncrementsByThirtyTwoThreadsMakeAThousand") {
        @Override
        Changed apply(Flawed store, SessionId id, Guard guard, SessionChange change) {
            StoredSession current = store.find(id).orElseThrow();
            boolean fits = change.attributes().entrySet().stream().allMatch(entry -> fits(current, entry));
            store.pause();
            return fits
                    ? super.apply(store, id, guard, change.withAttributes(puts(change)))
                    : new Changed.Conflict(current);
        }

        private boolean fits(StoredSession current, Map.Entry<String, AttributeChange> entry) {
            StoredSession.StoredAttribute stored = current.attributes().get(entry.getKey());
            return !(entry.getValue() instanceof AttributeChange.Swap swap)
                    || swap.expectedVersion() == (stored == null ? 0 : stored.version());
        }
    },
    THE_DEADLINE_ITSELF_LIVES("theInstantOfTheDeadlineIsAlreadyDead") {
        @Override
        Changed apply(Flawed store, SessionId id, Guard guard, SessionChange change) {
            return super.apply(store, id, new Guard(guard.now().minusMillis(1), guard.epoch()), change);
        }
    },
    THE_TOKEN_IS_ASSIGNED(
            "aTokenChangeThatExpectsAnotherStepIsAConflictAndWritesNothing",
            "ofTwoRotationsOneIsAppliedAndTheOtherSeesIt") {
        @Override
        Changed apply(Flawed store, SessionId id, Guard guard, SessionChange change) {
            Optional<StoredSession> current = store.find(id);
            SessionChange assigned = change.token().isEmpty() || current.isEmpty()
                    ? change
                    : change.with(new SessionChange.TokenChange(
                            current.get().token(), change.token().get().next()));
            return super.apply(store, id, guard, assigned);
        }
    },
    EVERYTHING_CROSSES_A_SIGN_IN("onlySurvivorsCrossASignIn") {
        @Override
        Changed apply(Flawed store, SessionId id, Guard guard, SessionChange change) {
            Set<String> all =
                    store.find(id).map(session -> session.attributes().keySet()).orElse(Set.of());
            return super.apply(
                    store,
                    id,
                    guard,
                    change.privilege().isEmpty()
                            ? change
                            : change.with(surviving(change.privilege().get(), all)));
        }

        private SessionChange.Privilege surviving(SessionChange.Privilege sign, Set<String> all) {
            return new SessionChange.Privilege(
                    sign.principal(),
                    sign.authenticatedAt(),
                    sign.token(),
                    sign.seenAt(),
                    sign.expiresAt(),
                    sign.deadline(),
                    sign.idle(),
                    all,
                    sign.device(),
                    sign.limit());
        }
    },
    THE_LAST_REASON_WINS("theFirstEndingStays", "ofManyEndingsOneIsTheFirst") {
        @Override
        boolean end(Flawed store, SessionId id, EndReason why, Instant now, OptionalInt epoch) {
            boolean first = super.end(store, id, why, now, epoch);
            store.seenAs.put(
                    id,
                    session -> Flawed.with(
                            session, session.lastSeenAt(), session.ending().map(e -> new Ending(why, now))));
            return first;
        }
    },
    ENDING_ANSWERS_YES("whatIsDeadAlreadyCannotBeEnded", "ofManyEndingsOneIsTheFirst") {
        @Override
        boolean end(Flawed store, SessionId id, EndReason why, Instant now, OptionalInt epoch) {
            super.end(store, id, why, now, epoch);
            return true;
        }
    },
    ENDING_DELETES("createNeverRevivesAnEndedSession", "theFirstEndingStays") {
        @Override
        boolean end(Flawed store, SessionId id, EndReason why, Instant now, OptionalInt epoch) {
            boolean ended = super.end(store, id, why, now, epoch);
            store.gone.add(id);
            return ended;
        }
    },
    ENDING_LOOKS_AT_NO_EPOCH("whatBeganBeforeASignInDoesNotEndTheSignedInSession") {
        @Override
        boolean end(Flawed store, SessionId id, EndReason why, Instant now, OptionalInt epoch) {
            return super.end(store, id, why, now, OptionalInt.empty());
        }
    },
    THE_CUTOFF_IS_FORGOTTEN("aSessionProvedAtOrBeforeTheCutoffIsRefused", "noSessionProvedBeforeTheCutoffOutlivesIt") {
        @Override
        Set<SessionId> endAll(Flawed store, UserId user, Cutoff cutoff, EndReason why, Instant now) {
            Set<SessionId> ended = new HashSet<>();
            for (StoredSession session :
                    store.list(user, Optional.empty(), 100, now).items()) {
                if (!session.authenticatedAt().orElseThrow().isAfter(cutoff.notBefore())
                        && !cutoff.except().equals(Optional.of(session.id()))
                        && store.end(session.id(), why, now)) {
                    ended.add(session.id());
                }
            }
            return ended;
        }
    },
    THE_CUTOFF_INSTANT_LIVES("endAllEndsWhatLivesAndNamesIt", "aSignInProvedAtOrBeforeTheCutoffIsRefused") {
        @Override
        Set<SessionId> endAll(Flawed store, UserId user, Cutoff cutoff, EndReason why, Instant now) {
            Cutoff early = new Cutoff(cutoff.notBefore().minusMillis(1), cutoff.except(), cutoff.keptFor());
            return super.endAll(store, user, early, why, now);
        }
    },
    NOBODY_IS_EXCEPTED("endAllLeavesTheExceptedSession") {
        @Override
        Set<SessionId> endAll(Flawed store, UserId user, Cutoff cutoff, EndReason why, Instant now) {
            return super.endAll(
                    store, user, new Cutoff(cutoff.notBefore(), Optional.empty(), cutoff.keptFor()), why, now);
        }
    },
    THE_LIMIT_IS_IGNORED(
            "theNewSessionIsRefusedAtTheLimitWhereThePolicySaysSo", "createsThatRaceAtTheLimitNeverPassIt") {
        @Override
        Created create(Flawed store, StoredSession session, PerUserLimit limit) {
            return super.create(store, session, new PerUserLimit(100_000, limit.policy()));
        }
    },
    THE_LIMIT_IS_COUNTED_BEFORE("createsThatRaceAtTheLimitNeverPassIt") {
        @Override
        Created create(Flawed store, StoredSession session, PerUserLimit limit) {
            Optional<UserId> user = session.principal().map(who -> who.id());
            int living = user.map(id -> store.list(id, Optional.empty(), 100, session.lastSeenAt())
                            .items()
                            .size())
                    .orElse(0);
            if (living >= limit.most()) {
                return super.create(store, session, limit);
            }
            store.pause();
            return super.create(store, session, new PerUserLimit(100_000, limit.policy()));
        }
    },
    THE_OLDEST_IS_LISTED_FIRST("theLatestSignInIsListedFirst") {
        @Override
        Page<StoredSession> list(Flawed store, UserId user, Optional<PageToken> after, int size, Instant now) {
            Page<StoredSession> page = super.list(store, user, after, size, now);
            List<StoredSession> items = new ArrayList<>(page.items());
            Collections.reverse(items);
            return new Page<>(items, page.next());
        }
    },
    PAGES_START_OVER("pagesJoinWithoutGapOrDouble") {
        @Override
        Page<StoredSession> list(Flawed store, UserId user, Optional<PageToken> after, int size, Instant now) {
            return super.list(store, user, Optional.empty(), size, now);
        }
    },
    THE_DEAD_ARE_LISTED("onlyTheLivingAreListed") {
        @Override
        Page<StoredSession> list(Flawed store, UserId user, Optional<PageToken> after, int size, Instant now) {
            return super.list(store, user, after, size, now.minusSeconds(7_200));
        }
    },
    PURGE_TAKES_TOO_MUCH("purgeForgetsWhatDiedBeforeTheInstantAndNothingElse") {
        @Override
        int purge(Flawed store, Instant deadBefore, int atMost) {
            return super.purge(store, deadBefore.plusMillis(1), atMost);
        }
    },
    PURGE_HAS_NO_BOUND("purgeForgetsAtMostAsManyAsItIsTold") {
        @Override
        int purge(Flawed store, Instant deadBefore, int atMost) {
            return super.purge(store, deadBefore, Integer.MAX_VALUE);
        }
    },
    TOMBSTONES_PILE_UP(
            "aSignInLeavesTheFiftyTombstonesOfItsUserThatEndedLast",
            "whoSignsInAndOutAllDayLeavesFiftyTombstones",
            "aSignInOnAVisitorsSessionForgetsOldTombstonesToo",
            "tombstonesOfOneInstantAreForgottenALittleAtATime",
            "signInsAndOutsThatRaceLeaveFiftyTombstonesAfterTheNextSignIn") {
        @Override
        boolean end(Flawed store, SessionId id, EndReason why, Instant now, OptionalInt epoch) {
            boolean ended = super.end(store, id, why, now, epoch);
            store.keep(id);
            return ended;
        }

        @Override
        Set<SessionId> endAll(Flawed store, UserId user, Cutoff cutoff, EndReason why, Instant now) {
            Set<SessionId> ended = super.endAll(store, user, cutoff, why, now);
            ended.forEach(store::keep);
            return ended;
        }
    },
    TOMBSTONES_OF_ALL_USERS_ARE_COUNTED_TOGETHER("aSignInLeavesTheFiftyTombstonesOfItsUserThatEndedLast") {
        @Override
        boolean end(Flawed store, SessionId id, EndReason why, Instant now, OptionalInt epoch) {
            boolean ended = super.end(store, id, why, now, epoch);
            store.keep(id);
            return ended;
        }

        @Override
        Created create(Flawed store, StoredSession session, PerUserLimit limit) {
            Created created = super.create(store, session, limit);
            store.kept.values().stream()
                    .sorted(Comparator.comparing(Flaw::endedAt).reversed())
                    .skip(SessionStore.MOST_TOMBSTONES)
                    .forEach(tombstone -> store.gone.add(tombstone.id()));
            return created;
        }
    },
    THE_YOUNGEST_TOMBSTONES_GO("aSignInLeavesTheFiftyTombstonesOfItsUserThatEndedLast") {
        @Override
        boolean end(Flawed store, SessionId id, EndReason why, Instant now, OptionalInt epoch) {
            boolean ended = super.end(store, id, why, now, epoch);
            store.keep(id);
            return ended;
        }

        @Override
        Created create(Flawed store, StoredSession session, PerUserLimit limit) {
            Created created = super.create(store, session, limit);
            store.kept.values().stream()
                    .filter(tombstone -> tombstone.principal().equals(session.principal()))
                    .sorted(Comparator.comparing(Flaw::endedAt))
                    .skip(SessionStore.MOST_TOMBSTONES)
                    .forEach(tombstone -> store.gone.add(tombstone.id()));
            return created;
        }
    };

    private static Instant endedAt(StoredSession tombstone) {
        return tombstone.ending().map(Ending::at).orElse(Instant.MAX);
    }

    private final String caughtBy;

    Flaw(String... caughtBy) {
        this.caughtBy = String.join(" ", caughtBy);
    }

    List<String> caughtBy() {
        return List.of(caughtBy.split(" ", -1));
    }

    SessionStore store() {
        return new Flawed(this);
    }

    Created create(Flawed store, StoredSession session, PerUserLimit limit) {
        return store.sound.create(session, limit);
    }

    Changed apply(Flawed store, SessionId id, Guard guard, SessionChange change) {
        return store.sound.apply(id, guard, change);
    }

    boolean end(Flawed store, SessionId id, EndReason why, Instant now, OptionalInt epoch) {
        return store.sound.end(id, why, now, epoch);
    }

    Set<SessionId> endAll(Flawed store, UserId user, Cutoff cutoff, EndReason why, Instant now) {
        return store.sound.endAll(user, cutoff, why, now);
    }

    Page<StoredSession> list(Flawed store, UserId user, Optional<PageToken> after, int size, Instant now) {
        return store.sound.list(user, after, size, now);
    }

    int purge(Flawed store, Instant deadBefore, int atMost) {
        return store.sound.purge(deadBefore, atMost);
    }

    private static Map<String, AttributeChange> puts(SessionChange change) {
        Map<String, AttributeChange> puts = new HashMap<>(change.attributes());
        puts.replaceAll((name, what) ->
                what instanceof AttributeChange.Swap swap ? new AttributeChange.Put(swap.json()) : what);
        return puts;
    }

    /** A sound store, seen through one flaw. */
    static final class Flawed implements SessionStore {
        final SessionStore sound = new MemorySessionStore();
        final Map<SessionId, UnaryOperator<StoredSession>> seenAs = new ConcurrentHashMap<>();
        final Set<SessionId> gone = ConcurrentHashMap.newKeySet();
        final Map<SessionId, StoredSession> kept = new ConcurrentHashMap<>();
        private final Flaw flaw;

        Flawed(Flaw flaw) {
            this.flaw = flaw;
        }

        static StoredSession with(StoredSession session, Instant lastSeenAt, Optional<Ending> ending) {
            return new StoredSession(
                    session.id(),
                    session.principal(),
                    session.transport(),
                    session.token(),
                    session.epoch(),
                    session.revision(),
                    session.createdAt(),
                    session.authenticatedAt(),
                    lastSeenAt,
                    session.idle(),
                    session.expiresAt(),
                    session.deadline(),
                    session.device(),
                    session.attributes(),
                    ending);
        }

        /** What the sound store forgets is found here all the same. */
        void keep(SessionId id) {
            sound.find(id).filter(session -> session.ending().isPresent()).ifPresent(session -> kept.put(id, session));
        }

        /** Opens the gap between a read and the write that trusts it. */
        void pause() {
            LockSupport.parkNanos(200_000);
        }

        @Override
        public Optional<StoredSession> find(SessionId id) {
            return gone.contains(id)
                    ? Optional.empty()
                    : sound.find(id)
                            .or(() -> Optional.ofNullable(kept.get(id)))
                            .map(seenAs.getOrDefault(id, UnaryOperator.identity()));
        }

        @Override
        public Created create(StoredSession session, PerUserLimit limit) {
            if (gone.contains(session.id())) {
                return new Created.Stored(Set.of());
            }
            return flaw.create(this, session, limit);
        }

        @Override
        public Changed apply(SessionId id, Guard guard, SessionChange change) {
            return flaw.apply(this, id, guard, change);
        }

        @Override
        public boolean end(SessionId id, EndReason why, Instant now, OptionalInt epoch) {
            return flaw.end(this, id, why, now, epoch);
        }

        @Override
        public Set<SessionId> endAll(UserId user, Cutoff cutoff, EndReason why, Instant now) {
            return flaw.endAll(this, user, cutoff, why, now);
        }

        @Override
        public Page<StoredSession> list(UserId user, Optional<PageToken> after, int size, Instant now) {
            return flaw.list(this, user, after, size, now);
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
