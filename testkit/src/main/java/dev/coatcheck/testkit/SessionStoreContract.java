package dev.coatcheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.session.Device;
import dev.coatcheck.session.Principal;
import dev.coatcheck.session.Transport;
import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Created;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.Page;
import dev.coatcheck.store.PageToken;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.store.StoredSession.Ending;
import dev.coatcheck.token.Salt;
import dev.coatcheck.token.SessionId;
import dev.coatcheck.token.TokenHash;
import dev.coatcheck.token.TokenState;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * What a {@link SessionStore} promises, sentence by sentence. Extend it with a class that opens your store, and extend
 * {@link SessionStoreRaces} and {@link SessionStoreModelCheck} likewise: a store that passes all three is one.
 *
 * <pre>{@code
 * class MyStoreTest extends SessionStoreContract {
 *     @Override
 *     protected SessionStore open() {
 *         return new MyStore(emptyDatabase());
 *     }
 * }
 * }</pre>
 */
public abstract class SessionStoreContract extends SessionChangeContract {
    private static final PerUserLimit REFUSE_TWO = new PerUserLimit(2, PerUserLimit.Policy.REFUSE);
    private static final List<EndReason> REASONS = List.of(EndReason.values());
    private static final PerUserLimit TWO = new PerUserLimit(2, PerUserLimit.Policy.END_OLDEST);

    /** For subclasses. */
    protected SessionStoreContract() {}

    @Test
    void aSessionIsFoundAsItWasCreated() {
        StoredSession signedIn = stored(rich());
        StoredSession anonymous = stored(Sessions.anonymous(now));
        assertThat(found(signedIn)).isEqualTo(signedIn);
        assertThat(found(anonymous)).isEqualTo(anonymous);
    }

    @Test
    void whatWasNeverCreatedIsNotFound() {
        assertThat(store.find(Sessions.id())).isEmpty();
    }

    @Test
    void anExpiredSessionIsStillFound() {
        StoredSession session =
                stored(Sessions.of(Sessions.user(), now.minusSeconds(60)).expiresAt(now.minusSeconds(5)));
        assertThat(found(session)).isEqualTo(session);
        assertThat(found(session).aliveAt(now)).isFalse();
    }

    @Test
    void createNeverOverwritesALivingSession() {
        StoredSession first = stored(Sessions.of(Sessions.user(), now).attribute("a", "1"));
        StoredSession second =
                Sessions.of(Sessions.user(), now.plusSeconds(1)).id(first.id()).build();
        assertThat(store.create(second, PerUserLimit.DEFAULT)).isEqualTo(new Created.Taken());
        assertThat(found(first)).isEqualTo(first);
        assertThat(listed(second.principal().orElseThrow().id(), now)).isEmpty();
    }

    @Test
    void createNeverRevivesAnEndedSession() {
        StoredSession first = stored(Sessions.of(Sessions.user(), now));
        store.end(first.id(), EndReason.SIGNED_OUT, now);
        StoredSession ended = found(first);
        assertThat(store.create(first, PerUserLimit.DEFAULT)).isEqualTo(new Created.Taken());
        assertThat(found(first)).isEqualTo(ended);
    }

    @Test
    void createNeverOverwritesAnExpiredSession() {
        StoredSession first = stored(Sessions.anonymous(now.minusSeconds(60)).expiresAt(now.minusSeconds(5)));
        StoredSession second = Sessions.anonymous(now).id(first.id()).build();
        assertThat(store.create(second, PerUserLimit.DEFAULT)).isEqualTo(new Created.Taken());
        assertThat(found(first)).isEqualTo(first);
    }

    @Test
    void aTakenIdEndsNoneOfTheUsersOtherSessions() {
        UserId user = Sessions.user();
        StoredSession first = stored(Sessions.of(user, now));
        StoredSession second = stored(Sessions.of(user, now));
        StoredSession taken = Sessions.of(user, now).id(second.id()).build();
        assertThat(store.create(taken, TWO)).isEqualTo(new Created.Taken());
        assertThat(listed(user, now)).containsExactlyInAnyOrder(first.id(), second.id());
    }

    @Test
    void theSessionSeenLongestAgoMakesRoomAtTheLimit() {
        UserId user = Sessions.user();
        StoredSession active = stored(Sessions.of(user, now.minusSeconds(20)).lastSeenAt(now.minusSeconds(1)));
        StoredSession idle = stored(Sessions.of(user, now.minusSeconds(10)).attribute("a", "1"));
        StoredSession third = Sessions.of(user, now).build();
        assertThat(store.create(third, TWO)).isEqualTo(new Created.Stored(Set.of(idle.id())));
        assertThat(found(idle).ending()).contains(new Ending(EndReason.LIMIT, now));
        assertThat(found(idle).attributes()).isEmpty();
        assertThat(listed(user, now)).containsExactly(third.id(), active.id());
    }

    @Test
    void aLimitThatWasLoweredEndsAsManyAsItTakes() {
        UserId user = Sessions.user();
        List<SessionId> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(stored(Sessions.of(user, now.minusSeconds(50 - i))).id());
        }
        StoredSession sixth = Sessions.of(user, now).build();
        assertThat(store.create(sixth, TWO)).isEqualTo(new Created.Stored(Set.copyOf(ids.subList(0, 4))));
        assertThat(listed(user, now)).containsExactly(sixth.id(), ids.get(4));
    }

    @Test
    void theNewSessionStaysEvenWhenItWasSeenLongestAgo() {
        UserId user = Sessions.user();
        StoredSession other = stored(Sessions.of(user, now));
        StoredSession late = Sessions.of(user, now.minusSeconds(5)).build();
        PerUserLimit one = new PerUserLimit(1, PerUserLimit.Policy.END_OLDEST);
        assertThat(store.create(late, one)).isEqualTo(new Created.Stored(Set.of(other.id())));
        assertThat(listed(user, now)).containsExactly(late.id());
    }

    @Test
    void theNewSessionIsRefusedAtTheLimitWhereThePolicySaysSo() {
        UserId user = Sessions.user();
        StoredSession first = stored(Sessions.of(user, now));
        stored(Sessions.of(user, now));
        StoredSession third = Sessions.of(user, now).build();
        assertThat(store.create(third, REFUSE_TWO)).isEqualTo(new Created.LimitReached());
        assertThat(store.find(third.id())).isEmpty();
        assertThat(listed(user, now)).hasSize(2).doesNotContain(third.id());
        store.end(first.id(), EndReason.SIGNED_OUT, now);
        assertThat(store.create(third, REFUSE_TWO)).isEqualTo(new Created.Stored(Set.of()));
    }

    @Test
    void sessionsThatHaveExpiredDoNotCountAgainstTheLimit() {
        UserId user = Sessions.user();
        PerUserLimit one = new PerUserLimit(1, PerUserLimit.Policy.REFUSE);
        stored(Sessions.of(user, now.minusSeconds(60)).expiresAt(now));
        StoredSession early = Sessions.of(user, now.minusMillis(1)).build();
        assertThat(store.create(early, one)).isEqualTo(new Created.LimitReached());
        StoredSession later = Sessions.of(user, now).build();
        assertThat(store.create(later, one)).isEqualTo(new Created.Stored(Set.of()));
    }

    @Test
    void othersAndAnonymousSessionsDoNotCountAgainstTheLimit() {
        PerUserLimit one = new PerUserLimit(1, PerUserLimit.Policy.REFUSE);
        stored(Sessions.of(Sessions.user(), now));
        stored(Sessions.anonymous(now));
        assertThat(store.create(Sessions.of(Sessions.user(), now).build(), one))
                .isEqualTo(new Created.Stored(Set.of()));
        assertThat(store.create(Sessions.anonymous(now).build(), one)).isEqualTo(new Created.Stored(Set.of()));
        assertThat(store.create(Sessions.anonymous(now).build(), one)).isEqualTo(new Created.Stored(Set.of()));
    }

    @Test
    void aSessionProvedAtOrBeforeTheCutoffIsRefused() {
        UserId user = Sessions.user();
        assertThat(store.endAll(user, Cutoff.everything(now), EndReason.ACCOUNT_CHANGED, now))
                .isEmpty();
        for (Instant proof : List.of(now, now.minusMillis(1), now.minusSeconds(3600))) {
            StoredSession late =
                    Sessions.of(user, now.plusSeconds(1)).authenticatedAt(proof).build();
            assertThat(store.create(late, PerUserLimit.DEFAULT)).isEqualTo(new Created.CutOff());
            assertThat(store.find(late.id())).isEmpty();
        }
        stored(Sessions.of(user, now.plusMillis(1)));
        stored(Sessions.of(Sessions.user(), now));
        stored(Sessions.anonymous(now));
    }

    @Test
    void theLaterOfTwoCutoffsStays() {
        UserId user = Sessions.user();
        store.endAll(user, Cutoff.everything(now), EndReason.ACCOUNT_CHANGED, now);
        store.endAll(user, Cutoff.everything(now.minusSeconds(60)), EndReason.ACCOUNT_CHANGED, now);
        assertThat(store.create(Sessions.of(user, now.minusSeconds(30)).build(), PerUserLimit.DEFAULT))
                .isEqualTo(new Created.CutOff());
        store.endAll(user, Cutoff.everything(now.plusSeconds(60)), EndReason.ACCOUNT_CHANGED, now.plusSeconds(60));
        assertThat(store.create(Sessions.of(user, now.plusSeconds(30)).build(), PerUserLimit.DEFAULT))
                .isEqualTo(new Created.CutOff());
    }

    @Test
    void aCutoffOutlivesAPurgeForAsLongAsItIsToBeKept() {
        UserId user = Sessions.user();
        store.endAll(user, new Cutoff(now, Optional.empty(), Duration.ofHours(2)), EndReason.ACCOUNT_CHANGED, now);
        store.purge(now.plus(Duration.ofHours(2)), 100);
        assertThat(store.create(Sessions.of(user, now).build(), PerUserLimit.DEFAULT))
                .isEqualTo(new Created.CutOff());
    }

    @Test
    void theFirstEndingStays() {
        StoredSession session = stored(Sessions.of(Sessions.user(), now));
        assertThat(store.end(session.id(), EndReason.REVOKED_BY_ADMIN, now)).isTrue();
        assertThat(store.end(session.id(), EndReason.SIGNED_OUT, now.plusSeconds(5)))
                .isFalse();
        assertThat(found(session).ending()).contains(new Ending(EndReason.REVOKED_BY_ADMIN, now));
    }

    @Test
    void whatBeganBeforeASignInDoesNotEndTheSignedInSession() {
        StoredSession session = stored(Sessions.anonymous(now));
        applied(session, SessionChange.NONE.with(Sessions.signIn(Sessions.user(), now)));
        assertThat(store.end(session.id(), EndReason.SIGNED_OUT, now, OptionalInt.of(0)))
                .isFalse();
        assertThat(found(session).ending()).isEmpty();
        assertThat(store.end(session.id(), EndReason.SIGNED_OUT, now, OptionalInt.of(1)))
                .isTrue();
    }

    @Test
    void everyReasonIsKept() {
        for (EndReason reason : EndReason.values()) {
            StoredSession session = stored(Sessions.of(Sessions.user(), now));
            assertThat(store.end(session.id(), reason, now)).isTrue();
            assertThat(found(session).ending()).contains(new Ending(reason, now));
        }
    }

    @Test
    void anEndedSessionKeepsEverythingButItsAttributes() {
        StoredSession session = stored(rich());
        store.end(session.id(), EndReason.SIGNED_OUT, now);
        StoredSession ended = found(session);
        assertThat(ended.attributes()).isEmpty();
        assertThat(ended)
                .usingRecursiveComparison()
                .ignoringFields("attributes", "ending")
                .isEqualTo(session);
        assertThat(listed(session.principal().orElseThrow().id(), now)).isEmpty();
    }

    @Test
    void whatIsDeadAlreadyCannotBeEnded() {
        StoredSession session = stored(Sessions.of(Sessions.user(), now));
        assertThat(store.end(session.id(), EndReason.SIGNED_OUT, session.deadline()))
                .isFalse();
        assertThat(found(session).ending()).isEmpty();
        assertThat(store.end(Sessions.id(), EndReason.SIGNED_OUT, now)).isFalse();
        assertThat(store.end(
                        session.id(), EndReason.SIGNED_OUT, session.deadline().minusMillis(1)))
                .isTrue();
    }

    @Test
    void endAllEndsWhatLivesAndNamesIt() {
        UserId user = Sessions.user();
        StoredSession first = stored(Sessions.of(user, now.minusSeconds(5)).attribute("a", "1"));
        StoredSession atTheLine = stored(Sessions.of(user, now));
        StoredSession signedOut = stored(Sessions.of(user, now.minusSeconds(5)));
        store.end(signedOut.id(), EndReason.SIGNED_OUT, now.minusSeconds(1));
        StoredSession expired = stored(Sessions.of(user, now.minusSeconds(5)).expiresAt(now));
        StoredSession other = stored(Sessions.of(Sessions.user(), now.minusSeconds(5)));
        StoredSession anonymous = stored(Sessions.anonymous(now.minusSeconds(5)));

        assertThat(store.endAll(user, Cutoff.everything(now), EndReason.ACCOUNT_CHANGED, now))
                .containsExactlyInAnyOrder(first.id(), atTheLine.id());
        assertThat(found(first).ending()).contains(new Ending(EndReason.ACCOUNT_CHANGED, now));
        assertThat(found(first).attributes()).isEmpty();
        assertThat(found(signedOut).ending()).contains(new Ending(EndReason.SIGNED_OUT, now.minusSeconds(1)));
        assertThat(found(expired).ending()).isEmpty();
        assertThat(found(other)).isEqualTo(other);
        assertThat(found(anonymous)).isEqualTo(anonymous);
        assertThat(store.endAll(user, Cutoff.everything(now), EndReason.SIGNED_OUT, now))
                .isEmpty();
    }

    @Test
    void endAllLeavesTheExceptedSession() {
        UserId user = Sessions.user();
        StoredSession staying = stored(Sessions.of(user, now.minusSeconds(5)));
        StoredSession going = stored(Sessions.of(user, now.minusSeconds(5)));
        assertThat(store.endAll(user, Cutoff.allBut(staying.id(), now), EndReason.REVOKED_BY_USER, now))
                .containsExactly(going.id());
        assertThat(listed(user, now)).containsExactly(staying.id());
        assertThat(found(staying)).isEqualTo(staying);
    }

    @Test
    void endAllLeavesWhatWasProvedAfterTheCutoff() {
        UserId user = Sessions.user();
        StoredSession later = stored(Sessions.of(user, now.minusSeconds(5)).authenticatedAt(now.plusMillis(1)));
        assertThat(store.endAll(user, Cutoff.everything(now), EndReason.ACCOUNT_CHANGED, now.plusSeconds(1)))
                .isEmpty();
        assertThat(listed(user, now)).containsExactly(later.id());
    }

    @Test
    void endAllEndsHundreds() {
        UserId user = Sessions.user();
        Set<SessionId> ids = new HashSet<>();
        PerUserLimit many = new PerUserLimit(1_000, PerUserLimit.Policy.REFUSE);
        for (int i = 0; i < 250; i++) {
            StoredSession session = Sessions.of(user, now).build();
            store.create(session, many);
            ids.add(session.id());
        }
        assertThat(store.endAll(user, Cutoff.everything(now), EndReason.REVOKED_BY_ADMIN, now))
                .isEqualTo(ids);
        assertThat(listed(user, now)).isEmpty();
    }

    @Test
    void aSignInLeavesTheFiftyTombstonesOfItsUserThatEndedLast() {
        UserId user = Sessions.user();
        StoredSession living = stored(Sessions.of(user, now).attribute("a", "1"));
        List<StoredSession> old = tombstones(user, 60);
        List<StoredSession> others = tombstones(Sessions.user(), 51);
        List<StoredSession> visitors = new ArrayList<>();
        for (int i = 0; i < 51; i++) {
            visitors.add(stored(Sessions.anonymous(now)));
            assertThat(store.end(visitors.get(i).id(), EndReason.REVOKED_BY_ADMIN, now))
                    .isTrue();
        }

        StoredSession latest = stored(Sessions.of(user, now.plusSeconds(1)));

        assertCapped(old);
        assertThat(found(living)).isEqualTo(living);
        assertThat(listed(user, now)).containsExactly(latest.id(), living.id());
        assertThat(others).allMatch(this::isEnded);
        assertThat(visitors).allMatch(this::isEnded);
        StoredSession forgotten = old.get(0);
        assertThat(apply(forgotten, now, put("a", "1"))).isEqualTo(new Changed.Dead(Optional.empty()));
        assertThat(store.end(forgotten.id(), EndReason.SIGNED_OUT, now)).isFalse();
    }

    @Test
    void whoSignsInAndOutAllDayLeavesFiftyTombstones() {
        UserId user = Sessions.user();
        List<StoredSession> past = new ArrayList<>();
        for (int i = 0; i < 130; i++) {
            Instant at = now.plusMillis(i);
            past.add(stored(Sessions.of(user, at)));
            assertThat(store.end(past.get(i).id(), reason(i), at)).isTrue();
            assertThat(isEnded(past.get(i))).isTrue();
        }
        stored(Sessions.of(user, now.plusSeconds(1)));
        eventually(() -> past.stream().filter(this::isThere).count() == SessionStore.MOST_TOMBSTONES);
        assertThat(past.subList(80, 130)).allMatch(this::isEnded);
    }

    @Test
    void aSignInOnAVisitorsSessionForgetsOldTombstonesToo() {
        UserId user = Sessions.user();
        List<StoredSession> old = tombstones(user, 60);
        StoredSession visitor = stored(Sessions.anonymous(now));
        applied(visitor, SessionChange.NONE.with(Sessions.signIn(user, now.plusSeconds(1))));
        assertCapped(old);
        assertThat(listed(user, now)).containsExactly(visitor.id());
    }

    @Test
    void tombstonesOfOneInstantAreForgottenALittleAtATime() {
        UserId user = Sessions.user();
        PerUserLimit many = new PerUserLimit(1_000, PerUserLimit.Policy.REFUSE);
        List<StoredSession> ended = new ArrayList<>();
        for (int i = 0; i < 210; i++) {
            StoredSession session = Sessions.of(user, now).build();
            store.create(session, many);
            ended.add(session);
        }
        assertThat(store.endAll(user, Cutoff.everything(now), EndReason.REVOKED_BY_ADMIN, now))
                .hasSize(210);
        for (int left : new int[] {110, SessionStore.MOST_TOMBSTONES, SessionStore.MOST_TOMBSTONES}) {
            stored(Sessions.of(user, now.plusSeconds(1)));
            eventually(() -> ended.stream().filter(this::isThere).count() <= left);
        }
        assertThat(ended.stream().filter(this::isThere)).hasSize(SessionStore.MOST_TOMBSTONES);
        assertThat(listed(user, now)).hasSize(3);
    }

    /** Sessions that were signed in together and then ended, each a millisecond and a reason after the one before. */
    private List<StoredSession> tombstones(UserId user, int many) {
        List<StoredSession> sessions = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            sessions.add(stored(Sessions.of(user, now)));
        }
        for (int i = 0; i < many; i++) {
            assertThat(store.end(sessions.get(i).id(), reason(i), now.plusMillis(i)))
                    .isTrue();
        }
        return sessions;
    }

    private void assertCapped(List<StoredSession> tombstones) {
        int over = tombstones.size() - SessionStore.MOST_TOMBSTONES;
        eventually(() -> tombstones.subList(0, over).stream().noneMatch(this::isThere));
        for (int i = over; i < tombstones.size(); i++) {
            assertThat(found(tombstones.get(i)).ending()).contains(new Ending(reason(i), now.plusMillis(i)));
        }
    }

    private static EndReason reason(int i) {
        return REASONS.get(i % REASONS.size());
    }

    private boolean isThere(StoredSession session) {
        return store.find(session.id()).isPresent();
    }

    private boolean isEnded(StoredSession session) {
        return store.find(session.id()).flatMap(StoredSession::ending).isPresent();
    }

    @Test
    void theLatestSignInIsListedFirst() {
        UserId user = Sessions.user();
        StoredSession second = stored(Sessions.of(user, now.minusSeconds(20)).lastSeenAt(now));
        StoredSession first = stored(Sessions.of(user, now.minusSeconds(10)));
        StoredSession third = stored(Sessions.of(user, now.minusSeconds(30)));
        stored(Sessions.of(Sessions.user(), now));
        Page<StoredSession> page = store.list(user, Optional.empty(), 10, now);
        assertThat(page.items()).containsExactly(first, second, third);
        assertThat(page.next()).isEmpty();
        assertThat(store.list(Sessions.user(), Optional.empty(), 10, now).items())
                .isEmpty();
    }

    @Test
    void onlyTheLivingAreListed() {
        UserId user = Sessions.user();
        StoredSession session = stored(Sessions.of(user, now));
        StoredSession ended = stored(Sessions.of(user, now));
        store.end(ended.id(), EndReason.SIGNED_OUT, now);
        assertThat(listed(user, now)).containsExactly(session.id());
        assertThat(listed(user, session.deadline().minusMillis(1))).containsExactly(session.id());
        assertThat(listed(user, session.deadline())).isEmpty();
    }

    @Test
    void pagesJoinWithoutGapOrDouble() {
        UserId user = Sessions.user();
        Set<SessionId> ids = new HashSet<>();
        for (int i = 0; i < 23; i++) {
            ids.add(stored(Sessions.of(user, now.minusSeconds(i / 7))).id());
        }
        for (int size : new int[] {1, 5, 22, 23, 100}) {
            List<StoredSession> all = new ArrayList<>();
            Optional<PageToken> after = Optional.empty();
            do {
                Page<StoredSession> page = store.list(user, after, size, now);
                assertThat(page.items()).hasSizeLessThanOrEqualTo(size);
                assertThat(page.next().isPresent() && page.items().isEmpty()).isFalse();
                all.addAll(page.items());
                after = page.next();
            } while (after.isPresent() && all.size() < 100);
            assertThat(all).hasSize(23).extracting(StoredSession::id).containsExactlyInAnyOrderElementsOf(ids);
            assertThat(all)
                    .extracting(session -> session.authenticatedAt().orElseThrow())
                    .isSortedAccordingTo((a, b) -> b.compareTo(a));
        }
    }

    @Test
    void aPageTokenThatTheStoreDidNotWriteGivesAnEmptyPage() {
        UserId user = Sessions.user();
        stored(Sessions.of(user, now));
        for (String foreign : List.of("x", "-", "1.2.3", "9".repeat(40), "0.", ".", "_".repeat(128))) {
            Page<StoredSession> page = store.list(user, Optional.of(new PageToken(foreign)), 10, now);
            assertThat(page.items()).as(foreign).isEmpty();
            assertThat(page.next()).as(foreign).isEmpty();
        }
    }

    @Test
    void aPageHasOneToAHundredSessions() {
        for (int size : new int[] {0, -1, 101}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> store.list(Sessions.user(), Optional.empty(), size, now));
        }
    }

    @Test
    void purgeForgetsWhatDiedBeforeTheInstantAndNothingElse() {
        UserId user = Sessions.user();
        Instant line = now.minusSeconds(60);
        StoredSession before = stored(Sessions.of(user, now.minusSeconds(90)).expiresAt(line.minusMillis(1)));
        StoredSession atTheLine = stored(Sessions.of(user, now.minusSeconds(90)).expiresAt(line));
        StoredSession endedBefore = stored(Sessions.of(user, now.minusSeconds(90)));
        store.end(endedBefore.id(), EndReason.SIGNED_OUT, line.minusMillis(1));
        StoredSession endedAtTheLine = stored(Sessions.of(user, now.minusSeconds(90)));
        store.end(endedAtTheLine.id(), EndReason.SIGNED_OUT, line);
        StoredSession living = stored(Sessions.of(user, now));
        StoredSession anonymous =
                stored(Sessions.anonymous(now.minusSeconds(90)).expiresAt(line.minusMillis(1)));

        int forgotten = store.purge(line, 100);

        assertThat(store.find(atTheLine.id())).isPresent();
        assertThat(store.find(endedAtTheLine.id())).isPresent();
        assertThat(found(living)).isEqualTo(living);
        if (purges()) {
            assertThat(forgotten).isEqualTo(3);
            assertThat(store.find(before.id())).isEmpty();
            assertThat(store.find(endedBefore.id())).isEmpty();
            assertThat(store.find(anonymous.id())).isEmpty();
            assertThat(store.purge(line, 100)).isZero();
            assertThat(store.create(before, PerUserLimit.DEFAULT)).isInstanceOf(Created.Stored.class);
        }
    }

    @Test
    void aTouchedSessionIsNotPurged() {
        StoredSession session =
                stored(Sessions.of(Sessions.user(), now.minusSeconds(90)).expiresAt(now.minusSeconds(30)));
        store.apply(
                session.id(),
                new Guard(now.minusSeconds(60), session.epoch()),
                touch(now.minusSeconds(60), now.plusSeconds(60)));
        store.purge(now, 100);
        assertThat(store.find(session.id())).isPresent();
    }

    @Test
    void purgeForgetsAtMostAsManyAsItIsTold() {
        Set<SessionId> dead = new HashSet<>();
        for (int i = 0; i < 7; i++) {
            dead.add(stored(Sessions.anonymous(now.minusSeconds(90)).expiresAt(now.minusSeconds(60)))
                    .id());
        }
        int first = store.purge(now, 5);
        assertThat(first).isEqualTo(purges() ? 5 : 0);
        assertThat(dead).filteredOn(id -> store.find(id).isPresent()).hasSize(7 - first);
        assertThat(store.purge(now, 5)).isEqualTo(purges() ? 2 : 0);
    }

    @Test
    void valuesAreKeptToTheLetter() {
        List<String> values = List.of(
                "null",
                "1.0",
                " {\"a\" : 1e2, \"a\":2}\n",
                "\"it's \\\"quoted\\\" \\\\ \\u0000 \\ud83d -- ; DROP\"",
                "\"\u00e9\u4e2d\ud83d\ude00 \u2028 \u0001\"",
                "12345678901234567890.123456789",
                "\"%s ${x} #{y} $.a ? :name {0}\"",
                "\"" + "x\\\"\u00e9".repeat(13_107) + "\"");
        StoredSession session = stored(Sessions.anonymous(now).attribute("first", values.get(3)));
        assertThat(json(session, "first")).isEqualTo(values.get(3));
        for (int i = 0; i < values.size(); i++) {
            applied(session, put("v" + i, values.get(i)));
        }
        for (int i = 0; i < values.size(); i++) {
            assertThat(json(session, "v" + i)).isEqualTo(values.get(i));
        }
    }

    @Test
    void namesThatLookLikePathsAreNames() {
        List<String> names = List.of(
                "a",
                "A",
                "a.b",
                "a.b.c",
                ".",
                "..",
                "-",
                "_",
                "0",
                "-1",
                ".0.",
                "_.a",
                "__proto__",
                "constructor",
                "toString",
                "n".repeat(64),
                "N".repeat(64));
        StoredSession session = stored(Sessions.anonymous(now));
        for (int i = 0; i < names.size(); i++) {
            applied(session, swap(names.get(i), Integer.toString(i), 0));
        }
        for (int i = 0; i < names.size(); i++) {
            assertThat(json(session, names.get(i))).as(names.get(i)).isEqualTo(Integer.toString(i));
        }
        applied(session, remove("a"));
        assertThat(found(session).attributes()).hasSize(names.size() - 1).containsKeys("A", "a.b", "a.b.c");
        applied(session, remove("a.b"));
        assertThat(found(session).attributes()).hasSize(names.size() - 2).containsKeys("A", "a.b.c");
        applied(session, swap("a.b.c", "9", version(session, "a.b.c")));
        assertThat(json(session, "a.b.c")).isEqualTo("9");
    }

    @Test
    void usersAndIdsThatDifferInCaseAreDifferent() {
        SessionId lower = SessionId.of("0".repeat(21) + "a");
        SessionId upper = SessionId.of("0".repeat(21) + "A");
        StoredSession ann = stored(Sessions.of(new UserId("ann"), now).id(lower));
        StoredSession other = stored(Sessions.of(new UserId("ANN"), now).id(upper));
        assertThat(found(ann)).isEqualTo(ann);
        assertThat(found(other)).isEqualTo(other);
        assertThat(listed(new UserId("ann"), now)).containsExactly(lower);
        assertThat(store.endAll(new UserId("ann"), Cutoff.everything(now), EndReason.ACCOUNT_CHANGED, now))
                .containsExactly(lower);
        assertThat(found(other).ending()).isEmpty();
    }

    @Test
    void usersWithStrangeNamesAreKeptApart() {
        List<String> names = List.of(
                "'",
                "\"",
                "%",
                "_",
                "*",
                "?",
                "[a]",
                "{a}",
                "}b{",
                "{",
                ":",
                "a:b",
                "a:b:c",
                "\\",
                "\\0",
                "--",
                "/*",
                "$1",
                "';DROP/**/TABLE/**/sessions;--",
                "~".repeat(128),
                "null",
                "0");
        for (String name : names) {
            stored(Sessions.of(new UserId(name), now));
        }
        for (String name : names) {
            UserId user = new UserId(name);
            assertThat(store.list(user, Optional.empty(), 10, now).items())
                    .as(name)
                    .singleElement()
                    .satisfies(session ->
                            assertThat(session.principal().orElseThrow().id()).isEqualTo(user));
            assertThat(store.endAll(user, Cutoff.everything(now), EndReason.ACCOUNT_CHANGED, now))
                    .as(name)
                    .hasSize(1);
        }
    }

    @Test
    void extremesAreKept() {
        byte[] ones = new byte[TokenHash.BYTES];
        Arrays.fill(ones, (byte) 0xFF);
        Instant far = now.plus(Duration.ofDays(400)).plusMillis(999);
        StoredSession session = stored(Sessions.of(new UserId("!~"), now)
                .token(new TokenState(
                        0xFFFF,
                        Integer.MAX_VALUE - 1,
                        TokenHash.ofBytes(ones),
                        Salt.ofBytes(new byte[Salt.BYTES]),
                        List.of(
                                new TokenState.Step(now.minusMillis(1), Optional.of(now)),
                                new TokenState.Step(now, Optional.of(now.plusMillis(1))),
                                new TokenState.Step(now.plusMillis(1), Optional.empty()))))
                .epoch(Integer.MAX_VALUE - 1)
                .idle(Duration.ofDays(400))
                .expiresAt(far)
                .device(Device.UNKNOWN));
        assertThat(found(session)).isEqualTo(session);
    }

    @Test
    void timesAreKeptToTheMillisecond() {
        Instant odd = now.truncatedTo(ChronoUnit.SECONDS).plusNanos(123_999_999);
        StoredSession session = stored(Sessions.of(Sessions.user(), odd).idle(Duration.ofNanos(1_500_999_999)));
        StoredSession after = found(session);
        assertThat(after).isEqualTo(session);
        assertThat(after.lastSeenAt()).isEqualTo(odd.truncatedTo(ChronoUnit.MILLIS));
        assertThat(after.idle()).isEqualTo(Duration.ofMillis(1_500));
    }

    @Test
    void aClosedStoreRefusesEverything() {
        store.close();
        store.close();
        StoredSession session = Sessions.of(Sessions.user(), now).build();
        UserId user = Sessions.user();
        List<ThrowingCallable> calls = List.of(
                () -> store.find(session.id()),
                () -> store.create(session, PerUserLimit.DEFAULT),
                () -> apply(session, now, put("a", "1")),
                () -> store.end(session.id(), EndReason.SIGNED_OUT, now),
                () -> store.endAll(user, Cutoff.everything(now), EndReason.SIGNED_OUT, now),
                () -> store.list(user, Optional.empty(), 10, now),
                () -> store.purge(now, 10));
        calls.forEach(call -> assertThatThrownBy(call).isInstanceOf(StoreUnavailableException.class));
    }

    @Test
    void whatWasAcknowledgedIsThereAfterAStop() throws Exception {
        StoredSession living = stored(rich());
        applied(living, put("a", "2"));
        StoredSession ended = stored(Sessions.of(Sessions.user(), now));
        store.end(ended.id(), EndReason.SIGNED_OUT, now);
        UserId cut = Sessions.user();
        store.endAll(cut, Cutoff.everything(now), EndReason.ACCOUNT_CHANGED, now);
        StoredSession before = found(living);

        store.close();
        Optional<SessionStore> again = reopen();
        Assumptions.assumeTrue(again.isPresent(), "this store keeps nothing across a stop");
        store = again.get();

        assertThat(found(living)).isEqualTo(before);
        assertThat(listed(living.principal().orElseThrow().id(), now)).containsExactly(living.id());
        assertThat(found(ended).ending()).contains(new Ending(EndReason.SIGNED_OUT, now));
        assertThat(store.create(Sessions.of(cut, now).build(), PerUserLimit.DEFAULT))
                .isEqualTo(new Created.CutOff());
    }

    private Sessions rich() {
        TokenState token = Sessions.rotated(
                Sessions.rotated(Sessions.token(), now.minusSeconds(20)).confirmedAt(now.minusSeconds(19)),
                now.minusSeconds(5));
        return Sessions.of(Sessions.user(), now.minusSeconds(30))
                .principal(
                        new Principal(
                                Sessions.user(),
                                "J\u00fcrgen \"O'Neil\" \u674e \ud83d\ude00",
                                List.of("admin", "a:b.c-d_e")),
                        now.minusSeconds(25))
                .transport(Transport.BEARER)
                .token(token)
                .epoch(3)
                .revision(41)
                .lastSeenAt(now.minusSeconds(2))
                .idle(Duration.ofMillis(1_234_567))
                .device(new Device("Anna's \ud83d\udcf1 \"phone\"", "Mozilla/5.0 (X; {y}) 'z' \\", "2001:db8::1%eth0"))
                .attribute("cart", "{\"items\":[1,2,{\"n\":\"\u00fc\"}]}")
                .attribute("a.b", "\"x\"")
                .attribute("a", "{\"b\":1}");
    }
}
