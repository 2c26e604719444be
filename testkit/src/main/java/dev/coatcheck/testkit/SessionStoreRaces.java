package dev.coatcheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Created;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionChange.AttributeChange;
import dev.coatcheck.store.SessionChange.TokenChange;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.store.StoredSession.Ending;
import dev.coatcheck.token.SessionId;
import dev.coatcheck.token.TokenState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * The race table of a {@link SessionStore}: racers start at a barrier, and the promise is checked after every round; 20
 * rounds, or 200 in a thorough run.
 */
public abstract class SessionStoreRaces extends SessionStoreFixture {
    private static final int ROUNDS = Rounds.of(20, 200);

    /** For subclasses. */
    protected SessionStoreRaces() {}

    @Test
    void anEndedSessionStaysEndedWhateverWasBeingWritten() {
        for (int round = 0; round < ROUNDS; round++) {
            StoredSession session = stored(Sessions.of(Sessions.user(), now));
            Race.between(
                    () -> store.end(session.id(), EndReason.SIGNED_OUT, now),
                    () -> apply(session, now, put("a", "1")),
                    () -> apply(session, now, touch(now.plusSeconds(60), now.plusSeconds(3600))),
                    () -> apply(session, now, SessionChange.NONE.with(Sessions.signIn(Sessions.user(), now))));
            StoredSession after = found(session);
            assertThat(after.ending()).contains(new Ending(EndReason.SIGNED_OUT, now));
            assertThat(after.attributes()).isEmpty();
            assertThat(store.apply(session.id(), new Guard(now, after.epoch()), put("a", "2")))
                    .isInstanceOf(Changed.Dead.class);
            after.principal().ifPresent(who -> assertThat(listed(who.id(), now)).isEmpty());
        }
    }

    @Test
    void aSlowWriteNeverReachesIntoTheSessionThatWasSignedInMeanwhile() {
        for (int round = 0; round < ROUNDS; round++) {
            StoredSession session = stored(Sessions.anonymous(now));
            UserId user = Sessions.user();
            List<Changed> outcomes = Race.between(
                    () -> apply(session, now, SessionChange.NONE.with(Sessions.signIn(user, now))),
                    () -> apply(session, now, put("slow", "1")),
                    () -> apply(session, now, swap("slow.too", "1", 0)));
            assertThat(outcomes.get(0)).isInstanceOf(Changed.Applied.class);
            for (Changed slow : outcomes.subList(1, 3)) {
                assertThat(slow).isInstanceOfAny(Changed.Applied.class, Changed.Replaced.class);
            }
            assertThat(found(session).attributes()).isEmpty();
            assertThat(found(session).epoch()).isEqualTo(1);
        }
    }

    @Test
    void ofTwoSignInsOnOneRecordOneIsReplaced() {
        for (int round = 0; round < ROUNDS; round++) {
            StoredSession session = stored(Sessions.anonymous(now));
            UserId ann = Sessions.user();
            UserId bob = Sessions.user();
            List<Changed> outcomes = Race.between(
                    () -> apply(session, now, SessionChange.NONE.with(Sessions.signIn(ann, now))),
                    () -> apply(session, now, SessionChange.NONE.with(Sessions.signIn(bob, now))));
            boolean annWon = outcomes.get(0) instanceof Changed.Applied;
            assertThat(outcomes.get(annWon ? 0 : 1)).isInstanceOf(Changed.Applied.class);
            assertThat(outcomes.get(annWon ? 1 : 0)).isEqualTo(new Changed.Replaced());
            assertThat(listed(annWon ? ann : bob, now)).containsExactly(session.id());
            assertThat(listed(annWon ? bob : ann, now)).isEmpty();
        }
    }

    @Test
    void signInsAndOutsThatRaceLeaveFiftyTombstonesAfterTheNextSignIn() {
        for (int round = 0; round < Math.max(1, ROUNDS / 20); round++) {
            UserId user = Sessions.user();
            StoredSession living = stored(Sessions.of(user, now));
            List<List<SessionId>> ended = Race.of(8, racer -> () -> {
                List<SessionId> mine = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    StoredSession session = stored(Sessions.of(user, now.plusMillis(i)));
                    assertThat(store.end(session.id(), EndReason.SIGNED_OUT, now.plusMillis(i)))
                            .isTrue();
                    mine.add(session.id());
                    if (racer == 0) {
                        store.purge(now.minusSeconds(60), 10);
                    }
                }
                return mine;
            });
            stored(Sessions.of(user, now.plusSeconds(1)));
            eventually(() -> ended.stream()
                            .flatMap(List::stream)
                            .filter(id -> store.find(id).isPresent())
                            .count()
                    == SessionStore.MOST_TOMBSTONES);
            assertThat(found(living)).isEqualTo(living);
            assertThat(listed(user, now)).hasSize(2);
        }
    }

    @Test
    void parallelWritesOfDifferentAttributesAreAllKept() {
        for (int round = 0; round < ROUNDS; round++) {
            StoredSession session = stored(Sessions.of(Sessions.user(), now).attribute("zero", "0"));
            Race.of(8, i -> () -> apply(session, now, put("a" + i, Integer.toString(i))));
            assertThat(found(session).attributes()).hasSize(9);
            for (int i = 0; i < 8; i++) {
                assertThat(json(session, "a" + i)).isEqualTo(Integer.toString(i));
            }
            assertThat(found(session).revision()).isEqualTo(session.revision() + 8);
        }
    }

    @Test
    void aThousandIncrementsByThirtyTwoThreadsMakeAThousand() {
        StoredSession session = stored(Sessions.of(Sessions.user(), now));
        CyclicBarrier allHaveRead = new CyclicBarrier(32);
        Race.of(32, racer -> () -> {
            int increments = 0;
            try {
                for (int round = 0; round < 32; round++) {
                    StoredSession read = found(session);
                    // All start from the same value: a fast store would else be done before the next thread has begun.
                    allHaveRead.await(1, TimeUnit.MINUTES);
                    if (round * 32 + racer < 1_000) {
                        increment(read);
                        increments++;
                    }
                }
            } finally {
                if (increments < 1_000 / 32) {
                    allHaveRead.reset();
                }
            }
            return increments;
        });
        assertThat(json(session, "count")).isEqualTo("1000");
    }

    private void increment(StoredSession read) {
        StoredSession current = read;
        while (true) {
            Optional<StoredSession.StoredAttribute> count =
                    Optional.ofNullable(current.attributes().get("count"));
            int next = count.map(value -> Integer.parseInt(value.json())).orElse(0) + 1;
            long version = count.map(StoredSession.StoredAttribute::version).orElse(0L);
            Changed changed = apply(current, now, swap("count", Integer.toString(next), version));
            if (changed instanceof Changed.Conflict lost) {
                current = lost.current();
            } else {
                assertThat(changed).isInstanceOf(Changed.Applied.class);
                return;
            }
        }
    }

    @Test
    void aLateTouchNeverMovesTimeBack() {
        for (int round = 0; round < ROUNDS; round++) {
            StoredSession session = stored(Sessions.of(Sessions.user(), now));
            Race.of(8, i -> () -> {
                int n = (i * 5 + 3) % 8;
                return apply(
                        session,
                        now,
                        touch(now.plusSeconds(n), session.deadline().plusSeconds(7 - n)));
            });
            assertThat(found(session).lastSeenAt()).isEqualTo(now.plusSeconds(7));
            assertThat(found(session).deadline()).isEqualTo(session.deadline().plusSeconds(7));
        }
    }

    @Test
    void noSessionProvedBeforeTheCutoffOutlivesIt() {
        for (int round = 0; round < ROUNDS; round++) {
            UserId user = Sessions.user();
            StoredSession early = Sessions.of(user, now).build();
            StoredSession later = Sessions.of(user, now.plusMillis(1)).build();
            StoredSession raised = stored(Sessions.anonymous(now));
            List<Object> outcomes = Race.between(
                    () -> store.create(early, PerUserLimit.DEFAULT),
                    () -> store.endAll(user, Cutoff.everything(now), EndReason.ACCOUNT_CHANGED, now),
                    () -> apply(raised, now, SessionChange.NONE.with(Sessions.signIn(user, now))),
                    () -> store.create(later, PerUserLimit.DEFAULT));
            assertThat(listed(user, now)).containsExactly(later.id());
            Set<?> ended = (Set<?>) outcomes.get(1);
            assertThat(ended.contains(early.id())).isEqualTo(outcomes.get(0) instanceof Created.Stored);
            assertThat(ended.contains(raised.id())).isEqualTo(outcomes.get(2) instanceof Changed.Applied);
        }
    }

    @Test
    void createsThatRaceAtTheLimitNeverPassIt() {
        for (PerUserLimit.Policy policy : PerUserLimit.Policy.values()) {
            PerUserLimit limit = new PerUserLimit(3, policy);
            for (int round = 0; round < ROUNDS; round++) {
                UserId user = Sessions.user();
                store.create(Sessions.of(user, now.minusSeconds(9)).build(), limit);
                store.create(Sessions.of(user, now.minusSeconds(8)).build(), limit);
                StoredSession raised = stored(Sessions.anonymous(now));
                List<Object> outcomes = Race.of(
                        6,
                        i -> i == 0
                                ? () -> apply(
                                        raised, now, SessionChange.NONE.with(Sessions.signIn(user, now, now, limit)))
                                : create(Sessions.of(user, now).build(), limit));
                long written = outcomes.stream()
                        .filter(outcome -> outcome instanceof Created.Stored || outcome instanceof Changed.Applied)
                        .count();
                assertThat(written).isEqualTo(policy == PerUserLimit.Policy.REFUSE ? 1 : 6);
                assertThat(listed(user, now)).hasSize(3);
            }
        }
    }

    private Callable<Object> create(StoredSession session, PerUserLimit limit) {
        return () -> store.create(session, limit);
    }

    @Test
    void ofTwoCreatesOfOneIdOneIsTaken() {
        for (int round = 0; round < ROUNDS; round++) {
            SessionId id = Sessions.id();
            StoredSession ann = Sessions.of(Sessions.user(), now).id(id).build();
            StoredSession bob = Sessions.of(Sessions.user(), now).id(id).build();
            List<Created> outcomes = Race.between(
                    () -> store.create(ann, PerUserLimit.DEFAULT), () -> store.create(bob, PerUserLimit.DEFAULT));
            assertThat(outcomes).containsExactlyInAnyOrder(new Created.Stored(Set.of()), new Created.Taken());
            assertThat(found(id)).isEqualTo(outcomes.get(0) instanceof Created.Stored ? ann : bob);
        }
    }

    @Test
    void ofTwoRotationsOneIsAppliedAndTheOtherSeesIt() {
        for (int round = 0; round < ROUNDS; round++) {
            StoredSession session = stored(Sessions.of(Sessions.user(), now));
            List<TokenState> next =
                    List.of(Sessions.rotated(session.token(), now), Sessions.rotated(session.token(), now));
            List<Changed> outcomes = Race.of(
                    2,
                    i -> () -> apply(
                            session, now, SessionChange.NONE.with(new TokenChange(session.token(), next.get(i)))));
            int winner = outcomes.get(0) instanceof Changed.Applied ? 0 : 1;
            assertThat(outcomes.get(winner)).isInstanceOf(Changed.Applied.class);
            assertThat(outcomes.get(1 - winner)).isInstanceOf(Changed.Conflict.class);
            assertThat(found(session).token()).isEqualTo(next.get(winner));
            assertThat(((Changed.Conflict) outcomes.get(1 - winner)).current().token())
                    .isEqualTo(next.get(winner));
        }
    }

    @Test
    void ofManyEndingsOneIsTheFirst() {
        for (int round = 0; round < ROUNDS; round++) {
            UserId user = Sessions.user();
            StoredSession session = stored(Sessions.of(user, now));
            EndReason[] reasons = {EndReason.SIGNED_OUT, EndReason.REVOKED_BY_USER, EndReason.TOKEN_REUSED};
            List<Boolean> ended = Race.of(
                    4,
                    i -> i < 3
                            ? () -> store.end(session.id(), reasons[i], now)
                            : () -> store.endAll(user, Cutoff.everything(now), EndReason.ACCOUNT_CHANGED, now)
                                    .contains(session.id()));
            assertThat(ended).containsOnlyOnce(true);
            int first = ended.indexOf(true);
            EndReason reason = first < 3 ? reasons[first] : EndReason.ACCOUNT_CHANGED;
            assertThat(found(session).ending()).contains(new Ending(reason, now));
        }
    }

    @Test
    void purgeNeverTakesWhatIsBeingTouched() {
        for (int round = 0; round < ROUNDS; round++) {
            Instant line = now.minusSeconds(30);
            StoredSession session =
                    stored(Sessions.of(Sessions.user(), now.minusSeconds(90)).expiresAt(line.minusMillis(1)));
            Guard inTime = new Guard(now.minusSeconds(60), 0);
            List<Object> outcomes = Race.between(
                    () -> store.purge(line, 1_000),
                    () -> store.purge(line, 1_000),
                    () -> store.apply(
                            session.id(),
                            inTime,
                            touch(now, now.plusSeconds(60)).with("a", new AttributeChange.Put("1"))));
            if (outcomes.get(2) instanceof Changed.Applied) {
                assertThat(json(session, "a")).isEqualTo("1");
                assertThat(found(session).deadline()).isEqualTo(now.plusSeconds(60));
            } else {
                assertThat(outcomes.get(2)).isEqualTo(new Changed.Dead(Optional.empty()));
                assertThat(store.find(session.id())).isEmpty();
                assertThat((int) outcomes.get(0) + (int) outcomes.get(1)).isEqualTo(1);
            }
        }
    }

    @Test
    void aReaderNeverSeesHalfAChange() {
        StoredSession session =
                stored(Sessions.of(Sessions.user(), now).attribute("a", "0").attribute("b", "0"));
        int writes = Rounds.of(200, 5_000);
        List<Integer> halves = Race.of(
                3,
                i -> i == 0
                        ? () -> {
                            for (int n = 1; n <= writes; n++) {
                                String value = Integer.toString(n);
                                applied(session, put("a", value).with("b", new AttributeChange.Put(value)));
                            }
                            return 0;
                        }
                        : () -> {
                            List<StoredSession> torn = new ArrayList<>();
                            for (int n = 0; n < writes; n++) {
                                StoredSession seen = found(session);
                                if (!Objects.equals(
                                        seen.attributes().get("a"),
                                        seen.attributes().get("b"))) {
                                    torn.add(seen);
                                }
                            }
                            return torn.size();
                        });
        assertThat(halves).containsOnly(0);
    }
}
