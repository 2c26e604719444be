package dev.coatcheck.stores.nearcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.store.Changed;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.MemorySessionStore;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionChange.AttributeChange.Put;
import dev.coatcheck.store.SessionSignal;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Sessions;
import dev.coatcheck.token.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What this node wrote is kept as it was written, unless somebody came between: each way that may happen, played to the
 * letter, and the mistake that would hand out something old.
 */
class OwnWritesTest {
    private static final NearCachePolicy POLICY = NearCachePolicy.DEFAULT.withThroughOutage(Duration.ofSeconds(5));

    private final Instant now = Instant.now();
    private final Told node = new Told(new MemorySessionStore());
    private final StoredSession session = Sessions.of(Sessions.user(), now).build();

    /** How a near-cache may keep what it wrote: rightly, or with one mistake. */
    enum Making {
        RIGHT {},
        THE_PREDECESSOR_IS_WHATEVER_WAS_KEPT {
            @Override
            Memory memory(Told node) {
                return new Proven(node) {
                    @Override
                    Optional<Kept> predecessor(SessionId id, long revision, long flush) {
                        return underWay(id).stream()
                                .flatMap(write -> write.before.stream())
                                .findFirst();
                    }
                };
            }
        },
        WHAT_IS_HEARD_MEANWHILE_IS_PASSED_OVER {
            @Override
            Memory memory(Told node) {
                return new Proven(node) {
                    @Override
                    Write write(long flush, long asOf, Optional<Kept> before) {
                        return new Write(flush, asOf, before) {
                            @Override
                            void heardOf(long revision) {}
                        };
                    }
                };
            }
        },
        AN_END_MEANWHILE_IS_PASSED_OVER {
            @Override
            Memory memory(Told node) {
                return new Proven(node) {
                    @Override
                    Write write(long flush, long asOf, Optional<Kept> before) {
                        return new Write(flush, asOf, before) {
                            @Override
                            void spoil() {}
                        };
                    }
                };
            }
        },
        WHATEVER_HAPPENS_MEANWHILE_IS_PASSED_OVER {
            @Override
            Memory memory(Told node) {
                return new Proven(node) {
                    @Override
                    Write write(long flush, long asOf, Optional<Kept> before) {
                        return new Write(flush, asOf, before) {
                            @Override
                            void heardOf(long revision) {}

                            @Override
                            void spoil() {}
                        };
                    }
                };
            }
        },
        WHAT_MAY_BE_MISSED_MEANWHILE_IS_PASSED_OVER {
            @Override
            Memory memory(Told node) {
                return new Proven(node) {
                    @Override
                    void forgetAll() {
                        kept.invalidateAll();
                    }
                };
            }
        },
        EVERY_WRITTEN_IS_TAKEN_FOR_THE_OWN_ECHO {
            @Override
            Memory memory(Told node) {
                return new Proven(node) {
                    @Override
                    public void heard(SessionSignal signal) {
                        signal.fold(written -> false, ended -> {
                            forget(ended.id());
                            return true;
                        });
                    }
                };
            }
        },
        THE_OWN_ECHO_IS_TAKEN_FOR_ANOTHERS {
            @Override
            Memory memory(Told node) {
                return new Proven(node) {
                    @Override
                    public void heard(SessionSignal signal) {
                        forget(signal.id());
                    }
                };
            }
        },
        WHAT_WAS_WORKED_OUT_IS_TAKEN_FOR_READ {
            @Override
            Memory memory(Told node) {
                return new Proven(node) {
                    @Override
                    Optional<Kept> predecessor(SessionId id, long revision, long flush) {
                        return super.predecessor(id, revision, flush)
                                .map(before -> new Kept(before.session(), node.nanos(), node.nanos(), flush));
                    }
                };
            }
        },
        WHAT_IS_BEING_WRITTEN_IS_HANDED_OUT {
            @Override
            Memory memory(Told node) {
                return new Proven(node) {
                    @Override
                    Kept toHandOut(SessionId id) {
                        return kept.getIfPresent(id);
                    }
                };
            }
        },
        WHAT_IS_KEPT_IS_TAKEN_BEFORE_IT_IS_ASKED_WHETHER_IT_IS_BEING_WRITTEN {
            @Override
            Memory memory(Told node) {
                return new Proven(node) {
                    @Override
                    Kept toHandOut(SessionId id) {
                        Kept taken = kept.getIfPresent(id);
                        return isBeingWritten(id) ? null : taken;
                    }
                };
            }
        },
        AN_UNKNOWN_OUTCOME_IS_PASSED_OVER {
            @Override
            Memory memory(Told node) {
                return new Proven(node) {
                    @Override
                    void over(SessionId id, Write mine) {
                        if (underWay(id).contains(mine)) {
                            mine.before.ifPresent(before -> kept.put(id, before));
                            remove(id, mine);
                        }
                    }
                };
            }
        };

        Memory memory(Told node) {
            return new Proven(node);
        }
    }

    private static class Proven extends Memory {
        private final Told node;

        Proven(Told node) {
            super(POLICY, new Proof(node, POLICY.trust(), node::nanos));
            this.node = node;
        }

        @Override
        boolean isBeingWritten(SessionId id) {
            node.beforeLook.run();
            return super.isBeingWritten(id);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatWasWrittenIsReadFromMemoryAlsoAfterItsEcho(Making making) {
        NearCachedStore near = near(making);
        node.hold();
        write(near, "a");
        write(near, "b");
        assertThat(near.find(session.id())).isEqualTo(stored());
        node.release();
        assertThat(near.find(session.id())).isEqualTo(stored());
        assertThat(node.finds).hasValue(making == Making.THE_OWN_ECHO_IS_TAKEN_FOR_ANOTHERS ? 2 : 1);
        assertThat(near.state().carried()).isEqualTo(2);
    }

    /** What is being written stays in memory, and is not handed out: the store may have the next revision already. */
    @ParameterizedTest
    @EnumSource
    void whoReadsWhileItIsWrittenAsksTheStore(Making making) {
        NearCachedStore near = near(making);
        node.hold();
        AtomicBoolean old = new AtomicBoolean();
        AtomicBoolean lastKnown = new AtomicBoolean();
        node.afterApply = () -> {
            lastKnown.set(near.lastKnown(session.id()).isPresent());
            old.set(handsOutTheOld(near));
        };
        write(near, "ours");
        assertThat(old.get()).isEqualTo(making == Making.WHAT_IS_BEING_WRITTEN_IS_HANDED_OUT);
        assertThat(lastKnown.get()).isEqualTo(making == Making.WHAT_IS_BEING_WRITTEN_IS_HANDED_OUT);
        assertThat(near.lastKnown(session.id())).isPresent();
    }

    /** What is kept stays where it is when another's write is heard meanwhile; the own one ends just when somebody looks. */
    @ParameterizedTest
    @EnumSource
    void whoLooksWhileAWriteEndsIsNotHandedWhatItLeftBehind(Making making) throws Exception {
        NearCachedStore near = near(making);
        CountDownLatch written = new CountDownLatch(1);
        CountDownLatch somebodyLooks = new CountDownLatch(1);
        node.afterApply = () -> {
            writeElsewhere("theirs");
            node.ping();
            written.countDown();
            awaited(somebodyLooks);
        };
        FutureTask<Void> writing = new FutureTask<>(() -> write(near, "ours"), null);
        new Thread(writing).start();
        awaited(written);
        node.beforeLook = () -> {
            node.beforeLook = () -> {};
            somebodyLooks.countDown();
            done(writing);
        };
        boolean old = handsOutTheOld(near);
        somebodyLooks.countDown();
        done(writing);
        assertThat(old)
                .isEqualTo(making == Making.WHAT_IS_KEPT_IS_TAKEN_BEFORE_IT_IS_ASKED_WHETHER_IT_IS_BEING_WRITTEN
                        || making == Making.WHAT_IS_BEING_WRITTEN_IS_HANDED_OUT
                        || making == Making.WHAT_IS_HEARD_MEANWHILE_IS_PASSED_OVER
                        || making == Making.WHATEVER_HAPPENS_MEANWHILE_IS_PASSED_OVER
                        || making == Making.EVERY_WRITTEN_IS_TAKEN_FOR_THE_OWN_ECHO);
    }

    private static void done(FutureTask<Void> work) {
        try {
            work.get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatSomebodyWroteJustBeforeIsNotLost(Making making) {
        NearCachedStore near = near(making);
        node.hold();
        node.beforeApply = () -> writeElsewhere("theirs");
        write(near, "ours");
        assertThat(handsOutTheOld(near)).isEqualTo(making == Making.THE_PREDECESSOR_IS_WHATEVER_WAS_KEPT);
    }

    @ParameterizedTest
    @EnumSource
    void whatSomebodyWroteJustAfterIsHeardBeforeTheOwnAnswer(Making making) {
        NearCachedStore near = near(making);
        node.afterApply = () -> writeElsewhere("theirs");
        write(near, "ours");
        assertThat(handsOutTheOld(near))
                .isEqualTo(making == Making.WHAT_IS_HEARD_MEANWHILE_IS_PASSED_OVER
                        || making == Making.WHATEVER_HAPPENS_MEANWHILE_IS_PASSED_OVER
                        || making == Making.EVERY_WRITTEN_IS_TAKEN_FOR_THE_OWN_ECHO);
    }

    @ParameterizedTest
    @EnumSource
    void whatSomebodyWroteJustAfterIsHeardAfterTheOwnAnswer(Making making) {
        NearCachedStore near = near(making);
        node.hold();
        node.afterApply = () -> writeElsewhere("theirs");
        write(near, "ours");
        assertThat(near.find(session.id()).orElseThrow().revision()).isEqualTo(session.revision() + 1);
        node.release();
        assertThat(handsOutTheOld(near)).isEqualTo(making == Making.EVERY_WRITTEN_IS_TAKEN_FOR_THE_OWN_ECHO);
    }

    @ParameterizedTest
    @EnumSource
    void aSessionThatEndsElsewhereMeanwhileIsNotHandedOut(Making making) {
        NearCachedStore near = near(making);
        node.afterApply = this::endElsewhere;
        write(near, "ours");
        assertThat(handsOutTheOld(near))
                .isEqualTo(making == Making.AN_END_MEANWHILE_IS_PASSED_OVER
                        || making == Making.WHATEVER_HAPPENS_MEANWHILE_IS_PASSED_OVER);
    }

    @ParameterizedTest
    @EnumSource
    void whatWasMissedMeanwhileIsNotHandedOut(Making making) {
        NearCachedStore near = near(making);
        node.afterApply = () -> {
            node.cut();
            endElsewhere();
            node.silence(5_000);
            node.mend();
        };
        write(near, "ours");
        assertThat(handsOutTheOld(near)).isEqualTo(making == Making.WHAT_MAY_BE_MISSED_MEANWHILE_IS_PASSED_OVER);
    }

    /** The store came back with less, and then the same revision says something else. */
    @ParameterizedTest
    @EnumSource
    void whatWasKnownBeforeSomethingMayHaveBeenMissedIsNotBuiltOn(Making making) {
        NearCachedStore near = near(making);
        node.beforeApply = () -> {
            node.mend();
            write(near, "second");
        };
        write(near, "first");
        assertThat(near.state().carried() > 0)
                .isEqualTo(making == Making.WHAT_MAY_BE_MISSED_MEANWHILE_IS_PASSED_OVER
                        || making == Making.THE_PREDECESSOR_IS_WHATEVER_WAS_KEPT);
    }

    /** While nothing is believed: a read that began before the write, whom they join, and another that took its place. */
    @Test
    void whoBeginsToReadAfterTheAnswerSeesTheWriteWhoeversReadTheyJoin() throws Exception {
        NearCachedStore near = near(Making.RIGHT);
        node.silence(2_000);
        CountDownLatch hasRead = new CountDownLatch(1);
        CountDownLatch answers = new CountDownLatch(1);
        node.onTheWay = () -> {
            if (hasRead.getCount() > 0) {
                hasRead.countDown();
                awaited(answers);
            }
        };
        FutureTask<Optional<StoredSession>> before = new FutureTask<>(() -> near.find(session.id()));
        node.beforeApply = () -> {
            new Thread(before).start();
            awaited(hasRead);
        };
        write(near, "ours");
        FutureTask<Optional<StoredSession>> after = new FutureTask<>(() -> near.find(session.id()));
        Thread joins = new Thread(after);
        joins.start();
        while (joins.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        node.silence(200);
        assertThat(near.find(session.id())).isEqualTo(stored());
        answers.countDown();
        assertThat(after.get(10, TimeUnit.SECONDS)).isEqualTo(stored());
        before.get(10, TimeUnit.SECONDS);
    }

    private static void awaited(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatARereadHasSeenIsNotUndoneByAnAnswerThatComesLate() {
        NearCachedStore near = near(Making.RIGHT);
        node.hold();
        node.afterApply = () -> {
            writeElsewhere("theirs");
            assertThat(near.reread(session)).isEqualTo(stored());
        };
        write(near, "ours");
        assertThat(near.find(session.id())).isEqualTo(stored());
    }

    @Test
    void aThreadThatStoodStillWithItsAnswerWhileTheChannelWasCutIsNotBelievedForLong() {
        NearCachedStore near = near(Making.RIGHT);
        node.afterApply = () -> {
            node.cut();
            endElsewhere();
            node.silence(5_000);
        };
        write(near, "ours");
        assertThat(handsOutTheOld(near)).isFalse();
        node.mend();
        assertThat(handsOutTheOld(near)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void ofTwoOwnWritesTheOneWhoseAnswerComesLastUndoesNothing(Making making) {
        NearCachedStore near = near(making);
        node.hold();
        node.afterApply = () -> {
            write(near, "second");
            near.find(session.id());
        };
        write(near, "first");
        assertThat(handsOutTheOld(near)).isEqualTo(making == Making.WHATEVER_HAPPENS_MEANWHILE_IS_PASSED_OVER);
    }

    /** The second is not kept, because what it followed was not known, and the first must not come back in its place. */
    @ParameterizedTest
    @EnumSource
    void ofTwoOwnWritesTheFirstIsNotKeptAfterTheSecondWasAcknowledged(Making making) {
        NearCachedStore near = near(making);
        node.hold();
        node.afterApply = () -> write(near, "second");
        write(near, "first");
        assertThat(handsOutTheOld(near)).isEqualTo(making == Making.WHATEVER_HAPPENS_MEANWHILE_IS_PASSED_OVER);
    }

    @ParameterizedTest
    @EnumSource
    void ofTwoOwnWritesTheSecondBuildsOnTheFirst(Making making) {
        NearCachedStore near = near(making);
        node.hold();
        node.beforeApply = () -> write(near, "first");
        write(near, "second");
        assertThat(handsOutTheOld(near)).isEqualTo(making == Making.THE_PREDECESSOR_IS_WHATEVER_WAS_KEPT);
        assertThat(node.finds).hasValue(1);
    }

    @ParameterizedTest
    @EnumSource
    void aWriteThatAnEarlierReleaseToldIsOfAnyRevision(Making making) {
        NearCachedStore near = near(making);
        node.tellAsAnEarlierRelease();
        node.afterApply = () -> writeElsewhere("theirs");
        write(near, "ours");
        assertThat(handsOutTheOld(near))
                .isEqualTo(making == Making.AN_END_MEANWHILE_IS_PASSED_OVER
                        || making == Making.WHATEVER_HAPPENS_MEANWHILE_IS_PASSED_OVER
                        || making == Making.EVERY_WRITTEN_IS_TAKEN_FOR_THE_OWN_ECHO);
        near.find(session.id());
        writeElsewhere("more");
        assertThat(handsOutTheOld(near)).isEqualTo(making == Making.EVERY_WRITTEN_IS_TAKEN_FOR_THE_OWN_ECHO);
    }

    @ParameterizedTest
    @EnumSource
    void aWriteWhoseOutcomeIsUnknownIsReadAgain(Making making) {
        NearCachedStore near = near(making);
        node.hold();
        node.afterApply = () -> {
            throw StoreUnavailableException.overloaded("apply");
        };
        assertThatThrownBy(() -> write(near, "ours")).isInstanceOf(StoreUnavailableException.class);
        assertThat(handsOutTheOld(near)).isEqualTo(making == Making.AN_UNKNOWN_OUTCOME_IS_PASSED_OVER);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWrittenAgainAndAgainIsStillReadOnceAMinute(Making making) {
        NearCachedStore near = near(making);
        for (int seconds = 0; seconds < 130; seconds++) {
            node.silence(1_000);
            node.ping();
            write(near, "a");
            near.find(session.id());
        }
        assertThat(node.finds.get() > 2).isEqualTo(making != Making.WHAT_WAS_WORKED_OUT_IS_TAKEN_FOR_READ);
        assertThat(node.finds.get() < 10).isEqualTo(making != Making.THE_OWN_ECHO_IS_TAKEN_FOR_ANOTHERS);
    }

    @Test
    void aRefusedWriteAndANewPrivilegeAreReadAgain() {
        NearCachedStore near = near(Making.RIGHT);
        node.hold();
        Changed replaced = near.apply(session.id(), new Guard(now, 7), SessionChange.NONE);
        assertThat(replaced).isInstanceOf(Changed.Replaced.class);
        near.find(session.id());
        near.apply(
                session.id(),
                new Guard(now, session.epoch()),
                SessionChange.NONE.with(Sessions.signIn(Sessions.user(), now)));
        assertThat(near.find(session.id())).isEqualTo(stored());
        assertThat(node.finds).hasValue(3);
        assertThat(near.state().carried()).isZero();
    }

    @Test
    void aReadOnItsWayIsKeptWhenWhatItReadIsNotOlderThanWhatIsHeardMeanwhile() {
        NearCachedStore near = NearCachedStore.over(node, signals -> Making.RIGHT.memory(node));
        node.create(session, PerUserLimit.DEFAULT);
        node.onTheWay = () -> node.arrive(new SessionSignal.Written(session.id(), session.revision()));
        near.find(session.id());
        node.onTheWay = () -> {};
        near.find(session.id());
        assertThat(node.finds).hasValue(1);
    }

    @Test
    void aReadOnItsWayIsNotKeptWhenSomethingLaterIsHeardMeanwhile() {
        NearCachedStore near = NearCachedStore.over(node, signals -> Making.RIGHT.memory(node));
        node.create(session, PerUserLimit.DEFAULT);
        node.onTheWay = () -> writeElsewhere("theirs");
        near.find(session.id());
        node.onTheWay = () -> {};
        assertThat(handsOutTheOld(near)).isFalse();
    }

    /** With the session kept. */
    private NearCachedStore near(Making making) {
        NearCachedStore near = NearCachedStore.over(node, signals -> making.memory(node));
        node.create(session, PerUserLimit.DEFAULT);
        near.find(session.id());
        return near;
    }

    private void write(NearCachedStore near, String name) {
        assertThat(near.apply(session.id(), new Guard(now, session.epoch()), put(name)))
                .isInstanceOf(Changed.Applied.class);
    }

    private void writeElsewhere(String name) {
        node.shared.apply(session.id(), new Guard(now, session.epoch()), put(name));
    }

    private static SessionChange put(String name) {
        return SessionChange.NONE.with(name, new Put("1"));
    }

    private void endElsewhere() {
        node.shared.end(session.id(), EndReason.REVOKED_BY_ADMIN, now);
    }

    private Optional<StoredSession> stored() {
        return node.shared.find(session.id());
    }

    private boolean handsOutTheOld(NearCachedStore near) {
        return !near.find(session.id()).equals(stored());
    }
}
