package dev.coatcheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.Revision;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionChange.AttributeChange;
import dev.coatcheck.store.SessionChange.Privilege;
import dev.coatcheck.store.SessionChange.TokenChange;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.store.StoredSession.Ending;
import dev.coatcheck.token.TokenState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What {@link SessionStore#apply}, the only update, promises. Part of {@link SessionStoreContract}. */
public abstract class SessionChangeContract extends SessionStoreFixture {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** For subclasses. */
    protected SessionChangeContract() {}

    @Test
    void everyAppliedChangeRaisesTheRevisionByOne() {
        StoredSession session = stored(Sessions.anonymous(now).revision(7));
        assertThat(applied(session, put("a", "1")).revision()).isEqualTo(8);
        assertThat(applied(session, SessionChange.NONE).revision()).isEqualTo(9);
        assertThat(applied(session, touch(now, now)).revision()).isEqualTo(10);
        assertThat(found(session).revision()).isEqualTo(10);
    }

    /** So that whoever knows a record and wrote it next knows it still. */
    @Test
    void whatAChangeLeavesFollowsFromTheRecordOneRevisionBefore() {
        StoredSession session =
                stored(Sessions.of(Sessions.user(), now).attribute("gone", "1").attribute("kept", "\"k\""));
        List<SessionChange> changes = List.of(
                put("a", "{\"x\":[1,null]}"),
                swap("a", "\"\u00e9\ud83d\ude00\"", session.revision() + 1),
                remove("gone"),
                remove("absent"),
                touch(now.plusMillis(1_234), now.plusSeconds(3_600)),
                touch(now.minusSeconds(5), now),
                SessionChange.NONE,
                SessionChange.NONE.with(new TokenChange(session.token(), Sessions.rotated(session.token(), now))),
                put("b", "2").with("kept", new AttributeChange.Remove()).with(new SessionChange.Touch(now, now)),
                put("c", "3").with(Sessions.signIn(Sessions.user(), now)));
        StoredSession known = found(session);
        for (SessionChange change : changes) {
            StoredSession next = Revision.of(known, change);
            assertThat(applied(known, change).revision()).isEqualTo(known.revision() + 1);
            assertThat(found(session)).as("after %s", change).isEqualTo(next);
            known = next;
        }
        store.end(session.id(), EndReason.SIGNED_OUT, now);
        assertThat(found(session)).isEqualTo(Revision.ended(known, new Ending(EndReason.SIGNED_OUT, now)));
    }

    @Test
    void aRevisionBeyondThirtyTwoBitsIsKept() {
        StoredSession session =
                stored(Sessions.anonymous(now).revision(5_000_000_000L).attribute("a", "1"));
        assertThat(applied(session, swap("a", "2", 5_000_000_000L)).revision()).isEqualTo(5_000_000_001L);
        assertThat(version(session, "a")).isEqualTo(5_000_000_001L);
    }

    @Test
    void putWritesTheValueWithTheNewRevisionAsItsVersion() {
        StoredSession session = stored(Sessions.anonymous(now).revision(3));
        long revision = applied(session, put("a", "{\"x\":1}")).revision();
        assertThat(found(session).attributes().get("a"))
                .isEqualTo(new StoredSession.StoredAttribute("{\"x\":1}", revision));
    }

    @Test
    void theLastPutOfOneAttributeWins() {
        StoredSession session = stored(Sessions.anonymous(now));
        applied(session, put("a", "1"));
        applied(session, put("a", "2"));
        assertThat(json(session, "a")).isEqualTo("2");
    }

    @Test
    void attributesThatAreNotNamedStayAsTheyAre() {
        StoredSession session =
                stored(Sessions.anonymous(now).attribute("kept", "\"k\"").attribute("gone", "1"));
        applied(session, put("other", "2"));
        applied(session, remove("gone"));
        StoredSession after = found(session);
        assertThat(after.attributes()).containsOnlyKeys("kept", "other");
        assertThat(after.attributes().get("kept"))
                .isEqualTo(session.attributes().get("kept"));
    }

    @Test
    void aChangeOfAttributesLeavesEverythingElseAsItIs() {
        StoredSession session = stored(Sessions.of(Sessions.user(), now).epoch(4));
        applied(session, put("a", "1"));
        StoredSession after = found(session);
        assertThat(after)
                .usingRecursiveComparison()
                .ignoringFields("attributes", "revision")
                .isEqualTo(session);
    }

    @Test
    void manyAttributesChangeInOneStep() {
        StoredSession session =
                stored(Sessions.anonymous(now).attribute("a", "1").attribute("b", "2"));
        long revision = applied(
                        session,
                        put("c", "3")
                                .with("a", new AttributeChange.Remove())
                                .with("b", new AttributeChange.Swap("22", 1))
                                .with("d", new AttributeChange.Swap("4", 0)))
                .revision();
        assertThat(found(session).attributes()).containsOnlyKeys("b", "c", "d");
        assertThat(json(session, "b")).isEqualTo("22");
        assertThat(found(session).attributes().values()).allMatch(value -> value.version() == revision);
    }

    @Test
    void twoHundredAttributesChangeInOneStep() {
        StoredSession session = stored(Sessions.anonymous(now));
        SessionChange writes = SessionChange.NONE;
        SessionChange removals = SessionChange.NONE;
        for (int i = 0; i < 200; i++) {
            writes = writes.with("n." + i, new AttributeChange.Put(Integer.toString(i)));
            removals = removals.with("n." + i, new AttributeChange.Remove());
        }
        applied(session, writes);
        assertThat(found(session).attributes()).hasSize(200);
        assertThat(json(session, "n.199")).isEqualTo("199");
        applied(session, removals.with("n.7", new AttributeChange.Put("8")));
        assertThat(found(session).attributes()).containsOnlyKeys("n.7");
    }

    @Test
    void removeOfAnAbsentAttributeIsApplied() {
        StoredSession session = stored(Sessions.anonymous(now).attribute("a", "1"));
        applied(session, remove("b"));
        assertThat(found(session).attributes()).containsOnlyKeys("a");
    }

    @Test
    void anAttributeThatWasRemovedAndWrittenAgainHasAnotherVersion() {
        StoredSession session = stored(Sessions.anonymous(now).attribute("a", "1"));
        applied(session, remove("a"));
        applied(session, put("a", "1"));
        assertThat(apply(session, now, swap("a", "2", 1))).isInstanceOf(Changed.Conflict.class);
    }

    @Test
    void swapWritesWhenTheVersionIsTheExpectedOne() {
        StoredSession session = stored(Sessions.anonymous(now));
        long first = applied(session, swap("a", "1", 0)).revision();
        long second = applied(session, swap("a", "2", first)).revision();
        assertThat(json(session, "a")).isEqualTo("2");
        assertThat(version(session, "a")).isEqualTo(second);
    }

    @Test
    void swapOfAnotherVersionIsAConflictThatShowsTheRecordAndWritesNothing() {
        StoredSession session = stored(Sessions.anonymous(now).revision(5).attribute("a", "1"));
        StoredSession before = found(session);
        for (long wrong : new long[] {0, 4, 6}) {
            Changed changed = apply(
                    session,
                    now,
                    swap("a", "2", wrong)
                            .with("b", new AttributeChange.Put("3"))
                            .with(new SessionChange.Touch(now.plusSeconds(9), now.plusSeconds(9999))));
            assertThat(changed).isEqualTo(new Changed.Conflict(before));
            assertThat(found(session)).isEqualTo(before);
        }
    }

    @Test
    void swapOfAnAbsentAttributeThatShouldBeThereIsAConflict() {
        StoredSession session = stored(Sessions.anonymous(now));
        assertThat(apply(session, now, swap("a", "2", 1))).isInstanceOf(Changed.Conflict.class);
        assertThat(found(session).attributes()).isEmpty();
    }

    @Test
    void oneLostSwapRefusesTheWholeChange() {
        StoredSession session =
                stored(Sessions.anonymous(now).attribute("a", "1").attribute("b", "2"));
        Changed changed = apply(session, now, swap("a", "x", 1).with("b", new AttributeChange.Swap("y", 9)));
        assertThat(changed).isInstanceOf(Changed.Conflict.class);
        assertThat(json(session, "a")).isEqualTo("1");
    }

    @Test
    void touchRaisesLastSeenAndDeadline() {
        StoredSession session = stored(Sessions.anonymous(now));
        applied(session, touch(now.plus(MINUTE), session.deadline().plus(MINUTE)));
        StoredSession after = found(session);
        assertThat(after.lastSeenAt()).isEqualTo(now.plus(MINUTE));
        assertThat(after.deadline()).isEqualTo(session.deadline().plus(MINUTE));
        assertThat(after.expiresAt()).isEqualTo(session.expiresAt());
    }

    @Test
    void touchNeverLowersLastSeenOrDeadline() {
        StoredSession session = stored(Sessions.anonymous(now));
        applied(session, touch(now.minusMillis(1), session.deadline().plusMillis(1)));
        assertThat(found(session).lastSeenAt()).isEqualTo(now);
        assertThat(found(session).deadline()).isEqualTo(session.deadline().plusMillis(1));
        applied(session, touch(now.plusMillis(1), session.deadline()));
        assertThat(found(session).lastSeenAt()).isEqualTo(now.plusMillis(1));
        assertThat(found(session).deadline()).isEqualTo(session.deadline().plusMillis(1));
    }

    @Test
    void aTouchedSessionLivesUntilItsNewDeadline() {
        StoredSession session = stored(Sessions.of(Sessions.user(), now));
        Instant raised = session.deadline().plus(MINUTE);
        applied(session, touch(now.plus(MINUTE), raised));
        assertThat(apply(session, raised.minusMillis(1), put("a", "1"))).isInstanceOf(Changed.Applied.class);
        assertThat(apply(session, raised, put("a", "2"))).isEqualTo(new Changed.Dead(Optional.empty()));
    }

    @Test
    void aTokenChangeReplacesTheState() {
        StoredSession session = stored(Sessions.anonymous(now));
        TokenState next = Sessions.rotated(session.token(), now);
        applied(session, SessionChange.NONE.with(new TokenChange(session.token(), next)));
        assertThat(found(session).token()).isEqualTo(next);
        TokenState seen = next.confirmedAt(now.plusSeconds(1));
        applied(session, SessionChange.NONE.with(new TokenChange(next, seen)));
        assertThat(found(session).token()).isEqualTo(seen);
    }

    @Test
    void fourRotationsKeepTheStepsOfTheLastThree() {
        StoredSession session = stored(Sessions.anonymous(now));
        TokenState state = session.token();
        for (int i = 1; i <= 4; i++) {
            TokenState next = Sessions.rotated(state, now.plusMillis(i));
            applied(session, SessionChange.NONE.with(new TokenChange(state, next)));
            state = next;
        }
        assertThat(found(session).token()).isEqualTo(state);
        assertThat(state.replaced()).hasSize(3);
    }

    @Test
    void aTokenChangeThatExpectsAnotherStepIsAConflictAndWritesNothing() {
        TokenState current = Sessions.rotated(Sessions.rotated(Sessions.token(), now), now);
        StoredSession session = stored(Sessions.anonymous(now).token(current));
        List<TokenState> others = List.of(
                Sessions.token(),
                new TokenState(
                        current.kid(),
                        current.generation(),
                        Sessions.token().hash(),
                        current.salt(),
                        current.replaced()),
                new TokenState(current.kid(), 7, current.hash(), current.salt(), current.replaced()),
                current.confirmedAt(now));
        for (TokenState other : others) {
            Changed changed = apply(
                    session,
                    now,
                    put("a", "1").with(new TokenChange(other, Sessions.rotated(current, now.plusSeconds(1)))));
            assertThat(changed).isEqualTo(new Changed.Conflict(session));
            assertThat(found(session)).isEqualTo(session);
        }
    }

    @Test
    void aMissingRecordIsDead() {
        assertThat(store.apply(Sessions.id(), new Guard(now, 0), put("a", "1")))
                .isEqualTo(new Changed.Dead(Optional.empty()));
    }

    @Test
    void anUpdateNeverMakesARecord() {
        StoredSession session = Sessions.of(Sessions.user(), now).build();
        apply(session, now, put("a", "1"));
        apply(session, now, SessionChange.NONE.with(Sessions.signIn(Sessions.user(), now)));
        assertThat(store.find(session.id())).isEmpty();
    }

    @Test
    void anUpdateNeverRevivesAnEndedSession() {
        StoredSession session = stored(Sessions.of(Sessions.user(), now).attribute("a", "1"));
        store.end(session.id(), EndReason.SIGNED_OUT, now);
        StoredSession ended = found(session);
        Changed.Dead dead = new Changed.Dead(Optional.of(new Ending(EndReason.SIGNED_OUT, now)));
        assertThat(apply(session, now, put("a", "2"))).isEqualTo(dead);
        assertThat(apply(session, now, SessionChange.NONE)).isEqualTo(dead);
        assertThat(apply(session, now, touch(now.plus(MINUTE), now.plus(MINUTE))))
                .isEqualTo(dead);
        assertThat(apply(session, now, SessionChange.NONE.with(Sessions.signIn(Sessions.user(), now))))
                .isEqualTo(dead);
        assertThat(found(session)).isEqualTo(ended);
    }

    @Test
    void anUpdateNeverRevivesAnExpiredSession() {
        StoredSession session = stored(Sessions.of(Sessions.user(), now));
        Changed.Dead dead = new Changed.Dead(Optional.empty());
        Instant end = session.deadline();
        assertThat(apply(session, end.plus(MINUTE), put("a", "2"))).isEqualTo(dead);
        assertThat(apply(session, end.plus(MINUTE), touch(end.plus(MINUTE), end.plus(MINUTE))))
                .isEqualTo(dead);
        assertThat(found(session)).isEqualTo(session);
    }

    @Test
    void theInstantOfTheDeadlineIsAlreadyDead() {
        StoredSession session = stored(Sessions.of(Sessions.user(), now));
        assertThat(apply(session, session.deadline(), put("a", "1"))).isEqualTo(new Changed.Dead(Optional.empty()));
        assertThat(apply(session, session.deadline().plusNanos(999), put("a", "1")))
                .isEqualTo(new Changed.Dead(Optional.empty()));
        assertThat(apply(session, session.deadline().minusNanos(1), put("a", "1")))
                .isInstanceOf(Changed.Applied.class);
    }

    @Test
    void anotherEpochIsReplacedAndWritesNothing() {
        StoredSession session = stored(Sessions.of(Sessions.user(), now).epoch(3));
        for (int other : new int[] {0, 2, 4}) {
            assertThat(store.apply(session.id(), new Guard(now, other), put("a", "1")))
                    .isEqualTo(new Changed.Replaced());
        }
        assertThat(found(session)).isEqualTo(session);
    }

    @Test
    void deathIsAnsweredBeforeReplacementAndReplacementBeforeConflict() {
        StoredSession session = stored(Sessions.of(Sessions.user(), now).epoch(3));
        SessionChange losing = swap("a", "1", 9);
        Guard stale = new Guard(now, 2);
        assertThat(store.apply(session.id(), stale, losing)).isEqualTo(new Changed.Replaced());
        assertThat(store.apply(session.id(), new Guard(session.deadline(), 2), losing))
                .isEqualTo(new Changed.Dead(Optional.empty()));
        store.end(session.id(), EndReason.REVOKED_BY_ADMIN, now);
        assertThat(store.apply(session.id(), stale, losing))
                .isEqualTo(new Changed.Dead(Optional.of(new Ending(EndReason.REVOKED_BY_ADMIN, now))));
    }

    @Test
    void attributesTouchAndTokenAreAppliedTogether() {
        StoredSession session = stored(Sessions.of(Sessions.user(), now));
        TokenState next = Sessions.rotated(session.token(), now);
        applied(
                session,
                put("a", "1")
                        .with(new SessionChange.Touch(now.plus(MINUTE), now.plus(Duration.ofHours(1))))
                        .with(new TokenChange(session.token(), next)));
        StoredSession after = found(session);
        assertThat(json(session, "a")).isEqualTo("1");
        assertThat(after.lastSeenAt()).isEqualTo(now.plus(MINUTE));
        assertThat(after.deadline()).isEqualTo(now.plus(Duration.ofHours(1)));
        assertThat(after.token()).isEqualTo(next);
        assertThat(after.revision()).isEqualTo(session.revision() + 1);
    }

    @Test
    void aSignInRaisesTheEpochAndAssignsWhatItBrings() {
        StoredSession session = stored(Sessions.anonymous(now).epoch(2));
        UserId user = Sessions.user();
        Privilege signIn =
                Sessions.signIn(user, now.minus(MINUTE), now.minus(MINUTE).minusMillis(5), PerUserLimit.DEFAULT);
        assertThat(applied(session, SessionChange.NONE.with(signIn)).ended()).isEmpty();
        StoredSession after = found(session);
        assertThat(after)
                .isEqualTo(new StoredSession(
                        session.id(),
                        Optional.of(signIn.principal()),
                        session.transport(),
                        signIn.token(),
                        3,
                        session.revision() + 1,
                        session.createdAt(),
                        Optional.of(signIn.authenticatedAt()),
                        signIn.seenAt(),
                        signIn.idle(),
                        signIn.expiresAt(),
                        signIn.deadline(),
                        signIn.device(),
                        session.attributes(),
                        Optional.empty()));
        assertThat(listed(user, now)).containsExactly(session.id());
    }

    @Test
    void whatWasRecognisedBeforeASignInCannotWriteAfterIt() {
        StoredSession session = stored(Sessions.anonymous(now));
        applied(session, SessionChange.NONE.with(Sessions.signIn(Sessions.user(), now)));
        assertThat(apply(session, now, put("a", "1"))).isEqualTo(new Changed.Replaced());
        assertThat(apply(session, now, SessionChange.NONE.with(Sessions.signIn(Sessions.user(), now))))
                .isEqualTo(new Changed.Replaced());
        assertThat(apply(found(session), now, put("a", "2"))).isInstanceOf(Changed.Applied.class);
    }

    @Test
    void onlySurvivorsCrossASignIn() {
        StoredSession session = stored(Sessions.anonymous(now)
                .attribute("cart", "[1]")
                .attribute("a.b", "2")
                .attribute("secret", "3"));
        applied(session, SessionChange.NONE.with(Sessions.signIn(Sessions.user(), now, "cart", "a.b", "absent")));
        assertThat(found(session).attributes()).containsOnlyKeys("cart", "a.b");
        assertThat(found(session).attributes().get("cart"))
                .isEqualTo(session.attributes().get("cart"));
    }

    @Test
    void attributeChangesBesideASignInAreAppliedAfterIt() {
        StoredSession session = stored(Sessions.anonymous(now)
                .attribute("cart", "[1]")
                .attribute("old", "2")
                .attribute("gone", "3"));
        long revision = applied(
                        session,
                        put("old", "22")
                                .with("new", new AttributeChange.Put("4"))
                                .with("gone", new AttributeChange.Remove())
                                .with(Sessions.signIn(Sessions.user(), now, "cart", "gone")))
                .revision();
        assertThat(found(session).attributes()).containsOnlyKeys("cart", "old", "new");
        assertThat(json(session, "old")).isEqualTo("22");
        assertThat(version(session, "new")).isEqualTo(revision);
        assertThat(version(session, "cart")).isEqualTo(1);
    }

    @Test
    void aSwapBesideASignInIsComparedWithWhatWasThereBefore() {
        StoredSession session = stored(Sessions.anonymous(now).attribute("dropped", "1"));
        Privilege signIn = Sessions.signIn(Sessions.user(), now);
        assertThat(apply(session, now, swap("dropped", "2", 0).with(signIn))).isInstanceOf(Changed.Conflict.class);
        applied(session, swap("dropped", "2", 1).with(signIn));
        assertThat(json(session, "dropped")).isEqualTo("2");
    }

    @Test
    void aSignInIsStrongerThanATouchAndATokenChangeBesideIt() {
        StoredSession session = stored(Sessions.anonymous(now));
        Privilege signIn = Sessions.signIn(Sessions.user(), now);
        SessionChange both = SessionChange.NONE
                .with(signIn)
                .with(new SessionChange.Touch(now.plus(MINUTE), now.plus(Duration.ofHours(5))));
        TokenState next = Sessions.rotated(session.token(), now);
        assertThat(apply(session, now, both.with(new TokenChange(Sessions.token(), next))))
                .isInstanceOf(Changed.Conflict.class);
        applied(session, both.with(new TokenChange(session.token(), next)));
        assertThat(found(session).token()).isEqualTo(signIn.token());
        assertThat(found(session).lastSeenAt()).isEqualTo(signIn.seenAt());
        assertThat(found(session).deadline()).isEqualTo(signIn.deadline());
    }

    @Test
    void aSignInAsSomebodyElseMovesTheSessionToTheirList() {
        UserId ann = Sessions.user();
        UserId bob = Sessions.user();
        StoredSession session = stored(Sessions.of(ann, now));
        applied(session, SessionChange.NONE.with(Sessions.signIn(bob, now)));
        assertThat(listed(ann, now)).isEmpty();
        assertThat(listed(bob, now)).containsExactly(session.id());
        assertThat(store.endAll(ann, Cutoff.everything(now), EndReason.REVOKED_BY_ADMIN, now))
                .isEmpty();
        assertThat(found(session).ending()).isEmpty();
    }

    @Test
    void aSignInAtTheLimitEndsTheUsersSessionSeenLongestAgo() {
        UserId user = Sessions.user();
        StoredSession older = stored(Sessions.of(user, now.minusSeconds(9)).lastSeenAt(now.minusSeconds(1)));
        StoredSession unseen = stored(Sessions.of(user, now.minusSeconds(5)).lastSeenAt(now.minusSeconds(2)));
        StoredSession session = stored(Sessions.anonymous(now.minusSeconds(60)));
        PerUserLimit two = new PerUserLimit(2, PerUserLimit.Policy.END_OLDEST);
        Privilege signIn = Sessions.signIn(user, now.minusSeconds(60), now, two);
        assertThat(applied(session, SessionChange.NONE.with(signIn)).ended()).containsExactly(unseen.id());
        assertThat(found(unseen).ending()).contains(new Ending(EndReason.LIMIT, now));
        assertThat(listed(user, now)).containsExactly(session.id(), older.id());
    }

    @Test
    void aSignInAtTheLimitIsRefusedWhereThePolicySaysSo() {
        UserId user = Sessions.user();
        StoredSession first = stored(Sessions.of(user, now));
        StoredSession session = stored(Sessions.anonymous(now).attribute("a", "1"));
        PerUserLimit one = new PerUserLimit(1, PerUserLimit.Policy.REFUSE);
        SessionChange signIn = put("b", "2").with(Sessions.signIn(user, now, now, one));
        assertThat(apply(session, now, signIn)).isEqualTo(new Changed.LimitReached());
        assertThat(found(session)).isEqualTo(session);
        store.end(first.id(), EndReason.SIGNED_OUT, now);
        assertThat(apply(session, now, signIn)).isInstanceOf(Changed.Applied.class);
    }

    @Test
    void sessionsThatHaveExpiredDoNotCountAgainstASignIn() {
        UserId user = Sessions.user();
        StoredSession expired = stored(Sessions.of(user, now).expiresAt(now.plusSeconds(5)));
        StoredSession session = stored(Sessions.anonymous(now));
        PerUserLimit one = new PerUserLimit(1, PerUserLimit.Policy.REFUSE);
        SessionChange signIn = SessionChange.NONE.with(Sessions.signIn(user, now, now, one));
        assertThat(apply(session, now.plusMillis(4_999), signIn)).isEqualTo(new Changed.LimitReached());
        assertThat(apply(session, now.plusSeconds(5), signIn)).isInstanceOf(Changed.Applied.class);
        assertThat(found(expired).ending()).isEmpty();
    }

    @Test
    void aStepUpIsNotCountedAgain() {
        UserId user = Sessions.user();
        StoredSession session = stored(Sessions.of(user, now));
        StoredSession second = stored(Sessions.of(user, now));
        PerUserLimit one = new PerUserLimit(1, PerUserLimit.Policy.REFUSE);
        assertThat(apply(session, now, SessionChange.NONE.with(Sessions.signIn(user, now, now, one))))
                .isInstanceOf(Changed.Applied.class);
        PerUserLimit oldest = new PerUserLimit(1, PerUserLimit.Policy.END_OLDEST);
        assertThat(apply(second, now, SessionChange.NONE.with(Sessions.signIn(user, now, now, oldest))))
                .isEqualTo(new Changed.Applied(2, Set.of()));
        assertThat(listed(user, now)).hasSize(2);
    }

    @Test
    void aSignInProvedAtOrBeforeTheCutoffIsRefused() {
        UserId user = Sessions.user();
        StoredSession session = stored(Sessions.anonymous(now).attribute("a", "1"));
        store.endAll(user, Cutoff.everything(now), EndReason.ACCOUNT_CHANGED, now);
        for (Instant proof : List.of(now, now.minusMillis(1), now.plusNanos(999_999))) {
            Privilege late = Sessions.signIn(user, now.plusSeconds(1), proof, PerUserLimit.DEFAULT);
            assertThat(apply(session, now.plusSeconds(1), put("a", "2").with(late)))
                    .isEqualTo(new Changed.CutOff());
        }
        assertThat(found(session)).isEqualTo(session);
        Privilege newer = Sessions.signIn(user, now.plusSeconds(1), now.plusMillis(1), PerUserLimit.DEFAULT);
        assertThat(apply(session, now.plusSeconds(1), SessionChange.NONE.with(newer)))
                .isInstanceOf(Changed.Applied.class);
    }

    @Test
    void aStepUpProvedBeforeTheCutoffIsRefusedOnTheSessionThatStayed() {
        UserId user = Sessions.user();
        StoredSession session = stored(Sessions.of(user, now.minusSeconds(5)));
        store.endAll(user, Cutoff.allBut(session.id(), now), EndReason.REVOKED_BY_USER, now);
        assertThat(apply(session, now, SessionChange.NONE.with(Sessions.signIn(user, now))))
                .isEqualTo(new Changed.CutOff());
        assertThat(apply(session, now, put("a", "1"))).isInstanceOf(Changed.Applied.class);
    }

    @Test
    void aCutoffConcernsItsUserOnly() {
        UserId ann = Sessions.user();
        store.endAll(ann, Cutoff.everything(now), EndReason.ACCOUNT_CHANGED, now);
        StoredSession session = stored(Sessions.anonymous(now));
        assertThat(apply(session, now, SessionChange.NONE.with(Sessions.signIn(Sessions.user(), now))))
                .isInstanceOf(Changed.Applied.class);
    }
}
