package dev.coatcheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Created;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionSignal;
import dev.coatcheck.store.SessionSignals;
import dev.coatcheck.store.SessionSignals.Subscription;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.SessionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What {@link SessionSignals} promise, for a store that has them. Where {@link #another} and {@link #nodeThatCanBeCut} are
 * empty, what needs several nodes is skipped.
 */
public abstract class SessionSignalsContract extends SessionStoreFixture {
    private static final int ROUNDS = Rounds.of(50, 1_000);
    private static final PerUserLimit ONE = new PerUserLimit(1, PerUserLimit.Policy.END_OLDEST);

    private final Heard heard = new Heard();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Subscription subscription = () -> {};

    /** For subclasses. */
    protected SessionSignalsContract() {}

    /** Another node on the records of the store that {@link #open} opened last; empty where there is only one process. */
    protected Optional<SessionStore> another() throws Exception {
        return Optional.empty();
    }

    /** One more node, whose channel can be cut without anybody being told. */
    protected Optional<CutNode> nodeThatCanBeCut() throws Exception {
        return Optional.empty();
    }

    /** A node, and power over the network between it and the store's server. */
    public interface CutNode extends AutoCloseable {
        /** The node's store. */
        SessionStore store();

        /** From now on nothing that comes on the channel arrives, and no connection is closed. */
        void cut();

        /** New connections work. */
        void mend();

        /** Closes the node's store too. */
        @Override
        void close();
    }

    @BeforeEach
    void listen() {
        subscription = signals(store).subscribe(heard);
        heard.awaitProofAfter(signals(store), System.nanoTime());
    }

    @AfterEach
    void closeTheOthers() throws Exception {
        subscription.close();
        while (!opened.isEmpty()) {
            opened.remove(opened.size() - 1).close();
        }
    }

    @Test
    void theStoreHasTheSameSignalsEachTime() {
        assertThat(signals(store)).isSameAs(signals(store));
    }

    @Test
    void everyAppliedChangeIsToldWithItsRevision() {
        StoredSession session = stored(Sessions.of(Sessions.user(), now));
        List<SessionChange> changes = List.of(
                put("a", "1"),
                swap("b", "2", 0),
                remove("a"),
                touch(now.plusSeconds(60), now.plusSeconds(3_600)),
                SessionChange.NONE,
                SessionChange.NONE.with(
                        new SessionChange.TokenChange(session.token(), Sessions.rotated(session.token(), now))),
                SessionChange.NONE.with(Sessions.signIn(Sessions.user(), now)));
        for (SessionChange change : changes) {
            heard.await(new SessionSignal.Written(
                    session.id(), applied(session, change).revision()));
        }
    }

    @Test
    void aChangeThatIsRefusedIsNotTold() {
        StoredSession session = stored(Sessions.of(Sessions.user(), now));
        assertThat(apply(session, now, swap("a", "1", 7))).isInstanceOf(Changed.Conflict.class);
        assertThat(store.apply(session.id(), new Guard(now, 9), put("a", "1"))).isInstanceOf(Changed.Replaced.class);
        assertThat(apply(session, session.deadline(), put("a", "1"))).isInstanceOf(Changed.Dead.class);
        assertThat(store.end(session.id(), EndReason.SIGNED_OUT, now, OptionalInt.of(9)))
                .isFalse();
        StoredSession nobody = Sessions.anonymous(now).build();
        assertThat(apply(nobody, now, put("a", "1"))).isInstanceOf(Changed.Dead.class);
        assertThat(store.end(nobody.id(), EndReason.SIGNED_OUT, now)).isFalse();
        aMomentLater();
        assertThat(heard.of(session.id())).isEmpty();
        assertThat(heard.of(nobody.id())).isEmpty();
    }

    @Test
    void everyEndingIsToldWithItsReasonAndOnlyTheFirst() {
        for (EndReason why : EndReason.values()) {
            StoredSession session = stored(Sessions.of(Sessions.user(), now));
            assertThat(store.end(session.id(), why, now)).isTrue();
            assertThat(store.end(session.id(), EndReason.SIGNED_OUT, now)).isFalse();
            heard.await(new SessionSignal.Ended(session.id(), why));
            aMomentLater();
            assertThat(heard.of(session.id())).containsExactly(new SessionSignal.Ended(session.id(), why));
        }
    }

    @Test
    void theEndOfAllIsToldForEachThatItEnds() {
        UserId user = Sessions.user();
        StoredSession kept = stored(Sessions.of(user, now));
        StoredSession one = stored(Sessions.of(user, now));
        StoredSession two = stored(Sessions.of(user, now));
        store.endAll(user, Cutoff.allBut(kept.id(), now), EndReason.ACCOUNT_CHANGED, now);
        heard.await(new SessionSignal.Ended(one.id(), EndReason.ACCOUNT_CHANGED));
        heard.await(new SessionSignal.Ended(two.id(), EndReason.ACCOUNT_CHANGED));
        aMomentLater();
        assertThat(heard.of(kept.id())).isEmpty();
    }

    @Test
    void whatMakesRoomForANewSignInIsTold() {
        UserId user = Sessions.user();
        StoredSession oldest = stored(Sessions.of(user, now));
        StoredSession next = Sessions.of(user, now.plusSeconds(1)).build();
        assertThat(store.create(next, ONE)).isEqualTo(new Created.Stored(Set.of(oldest.id())));
        heard.await(new SessionSignal.Ended(oldest.id(), EndReason.LIMIT));
        StoredSession visitor = stored(Sessions.anonymous(now));
        apply(
                visitor,
                now,
                SessionChange.NONE.with(Sessions.signIn(user, now.plusSeconds(2), now.plusSeconds(2), ONE)));
        heard.await(new SessionSignal.Ended(next.id(), EndReason.LIMIT));
        heard.await(written(visitor));
    }

    @Test
    void theProofMovesOnWhileNothingHappens() {
        for (int i = 0; i < 3; i++) {
            heard.awaitProofAfter(signals(store), System.nanoTime());
        }
    }

    @Test
    void whatWasWrittenBeforeTheProofHasBeenHeard() {
        SessionStore writer = node();
        for (int round = 0; round < ROUNDS; round++) {
            StoredSession session = Sessions.of(Sessions.user(), now).build();
            writer.create(session, PerUserLimit.DEFAULT);
            writer.end(session.id(), EndReason.SIGNED_OUT, now);
            heard.awaitProofAfter(signals(store), System.nanoTime());
            assertThat(heard.of(session.id())).contains(new SessionSignal.Ended(session.id(), EndReason.SIGNED_OUT));
        }
    }

    @Test
    void nodesHearEachOther() throws Exception {
        Optional<SessionStore> other = another().map(this::closedAtTheEnd);
        assumeTrue(other.isPresent(), "one process only");
        assertThat(signals(store).reachEveryNode()).isTrue();
        Heard there = new Heard();
        subscribe(other.get(), there);
        heard.awaitProofAfter(signals(other.get()), System.nanoTime());
        StoredSession session = stored(Sessions.of(Sessions.user(), now));
        applied(session, put("a", "1"));
        there.await(written(session));
        heard.await(written(session));
        other.get().end(session.id(), EndReason.REVOKED_BY_ADMIN, now);
        heard.await(new SessionSignal.Ended(session.id(), EndReason.REVOKED_BY_ADMIN));
        there.await(new SessionSignal.Ended(session.id(), EndReason.REVOKED_BY_ADMIN));
    }

    @Test
    void aClosedSubscriptionHearsNothingMoreAndClosesAgain() {
        Heard second = new Heard();
        Subscription closing = signals(store).subscribe(second);
        StoredSession session = stored(Sessions.of(Sessions.user(), now));
        applied(session, put("a", "1"));
        second.await(written(session));
        closing.close();
        closing.close();
        store.end(session.id(), EndReason.SIGNED_OUT, now);
        heard.await(new SessionSignal.Ended(session.id(), EndReason.SIGNED_OUT));
        assertThat(second.of(session.id())).containsExactly(written(session));
    }

    @Test
    void theSameListenerMaySubscribeTwiceAndEachSubscriptionEndsByItself() {
        subscription.close();
        Subscription one = signals(store).subscribe(heard);
        Subscription two = signals(store).subscribe(heard);
        one.close();
        heard.awaitProofAfter(signals(store), System.nanoTime());
        StoredSession session = stored(Sessions.of(Sessions.user(), now));
        applied(session, put("a", "1"));
        heard.await(written(session));
        two.close();
    }

    @Test
    void whoeverComesBackAfterEverybodyLeftIsTold() {
        subscription.close();
        StoredSession session = stored(Sessions.of(Sessions.user(), now));
        applied(session, put("a", "1"));
        subscription = signals(store).subscribe(heard);
        heard.awaitProofAfter(signals(store), System.nanoTime());
        store.end(session.id(), EndReason.SIGNED_OUT, now);
        heard.await(new SessionSignal.Ended(session.id(), EndReason.SIGNED_OUT));
    }

    @Test
    void aListenerThatThrowsStopsNeitherTheWriteNorTheOthers() {
        SessionSignals.Listener broken = new SessionSignals.Listener() {
            @Override
            public void heard(SessionSignal signal) {
                throw new IllegalStateException("a broken listener");
            }

            @Override
            public void missed() {
                throw new IllegalStateException("a broken listener");
            }
        };
        Heard after = new Heard();
        subscribe(store, broken);
        subscribe(store, after);
        for (int i = 0; i < 3; i++) {
            StoredSession session = stored(Sessions.of(Sessions.user(), now));
            applied(session, put("a", "1"));
            heard.await(written(session));
            after.await(written(session));
            heard.awaitProofAfter(signals(store), System.nanoTime());
        }
    }

    @Test
    void aListenerThatIsSlowLosesNothingForTheOthers() {
        AtomicBoolean awake = new AtomicBoolean();
        SessionSignals.Listener slow = new SessionSignals.Listener() {
            @Override
            public void heard(SessionSignal signal) {
                if (awake.compareAndSet(false, true)) {
                    LockSupport.parkNanos(300_000_000L);
                }
            }

            @Override
            public void missed() {}
        };
        subscribe(store, slow);
        List<SessionId> written = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            StoredSession session = stored(Sessions.of(Sessions.user(), now));
            applied(session, put("a", "1"));
            written.add(session.id());
        }
        heard.awaitProofAfter(signals(store), System.nanoTime());
        assertThat(heard.all().stream().map(SessionSignal::id)).containsAll(written);
    }

    @Test
    void aCutChannelProvesNothingAndItsReturnIsToldAsMissed() throws Exception {
        Optional<CutNode> cuttable = nodeThatCanBeCut();
        assumeTrue(cuttable.isPresent(), "no channel to cut");
        CutNode node = cuttable.get();
        opened.add(node);
        Heard there = new Heard();
        subscribe(node.store(), there);
        for (int round = 0; round < Rounds.of(2, 10); round++) {
            heard.awaitProofAfter(signals(node.store()), System.nanoTime());
            node.cut();
            aMomentLater();
            long cutBy = System.nanoTime();
            StoredSession session = stored(Sessions.of(Sessions.user(), now));
            applied(session, put("a", "1"));
            there.until(() -> signals(node.store()).provenAt().isEmpty(), "the end of the proof");
            assertThat(there.of(session.id())).isEmpty();
            int missed = there.timesMissed();
            node.mend();
            there.awaitMissed(missed);
            heard.awaitProofAfter(signals(node.store()), cutBy);
            store.end(session.id(), EndReason.SIGNED_OUT, now);
            there.await(new SessionSignal.Ended(session.id(), EndReason.SIGNED_OUT));
        }
    }

    private static SessionSignals signals(SessionStore store) {
        return store.signals().orElseThrow(() -> new AssertionError("the store has no signals"));
    }

    /** Until the end of the test. */
    private void subscribe(SessionStore node, SessionSignals.Listener listener) {
        opened.add(signals(node).subscribe(listener));
    }

    /** That it was written once since. */
    private static SessionSignal written(StoredSession session) {
        return new SessionSignal.Written(session.id(), session.revision() + 1);
    }

    /** Another node where there is one, or the store itself. */
    private SessionStore node() {
        try {
            return another().map(this::closedAtTheEnd).orElse(store);
        } catch (Exception e) {
            throw new AssertionError("the other node does not open", e);
        }
    }

    private SessionStore closedAtTheEnd(SessionStore other) {
        opened.add(other);
        return other;
    }

    /** Long enough for everything that was written so far to have been heard. */
    private void aMomentLater() {
        heard.awaitProofAfter(signals(store), System.nanoTime());
    }
}
