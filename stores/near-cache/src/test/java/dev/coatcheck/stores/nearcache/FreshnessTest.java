package dev.coatcheck.stores.nearcache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.MemorySessionStore;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionSignal;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Sessions;
import dev.coatcheck.token.SessionId;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each way to hand out an ended session that is known, played to the letter; and the mistake that would let it happen. */
class FreshnessTest {
    private static final NearCachePolicy POLICY = NearCachePolicy.DEFAULT;

    private final Instant now = Instant.now();
    private final Told node = new Told(new MemorySessionStore());
    private final StoredSession session = Sessions.of(Sessions.user(), now).build();

    /** How a near-cache may be made: rightly, or with one mistake. */
    enum Making {
        RIGHT {},
        LOADS_IN_FLIGHT_ARE_KEPT {
            @Override
            Memory memory(Told node, Runnable pause) {
                return new Pausing(node, pause) {
                    @Override
                    void forget(SessionId id) {
                        kept.invalidate(id);
                    }
                };
            }
        },
        THE_CLOCK_IS_READ_BEFORE_LOOKING {
            @Override
            Memory memory(Told node, Runnable pause) {
                return new Pausing(node, pause) {
                    @Override
                    Optional<StoredSession> recall(SessionId id) {
                        boolean holds = proof.holds(proof.latest());
                        StoredSession found = look(id);
                        return holds ? Optional.ofNullable(found) : Optional.empty();
                    }
                };
            }
        },
        THE_PROOF_IS_TAKEN_AFTER_LOOKING {
            @Override
            Memory memory(Told node, Runnable pause) {
                return new Pausing(node, pause) {
                    @Override
                    Optional<StoredSession> recall(SessionId id) {
                        StoredSession found = look(id);
                        OptionalLong proven = proof.latest();
                        return proof.holds(proven) ? Optional.ofNullable(found) : Optional.empty();
                    }
                };
            }
        },
        NOTHING_IS_FORGOTTEN_ON_RECONNECTING {
            @Override
            Memory memory(Told node, Runnable pause) {
                return new Pausing(node, pause) {
                    @Override
                    public void missed() {}
                };
            }
        },
        SILENCE_IS_BELIEVED {
            @Override
            Memory memory(Told node, Runnable pause) {
                return new Pausing(node, pause) {
                    @Override
                    Optional<StoredSession> recall(SessionId id) {
                        return Optional.ofNullable(look(id));
                    }
                };
            }
        };

        Memory memory(Told node, Runnable pause) {
            return new Pausing(node, pause);
        }
    }

    /** The thread that looks stands still just after having looked. */
    private static class Pausing extends Memory {
        private final Runnable pause;

        Pausing(Told node, Runnable pause) {
            super(POLICY, new Proof(node, POLICY.trust(), node::nanos));
            this.pause = pause;
        }

        @Override
        @Nullable
        StoredSession look(SessionId id) {
            StoredSession found = super.look(id);
            pause.run();
            return found;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLoadThatMetAWriteIsNotKept(Making making) throws Exception {
        NearCachedStore near = near(making, () -> {});
        CountDownLatch read = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        node.onTheWay = () -> {
            read.countDown();
            await(goOn);
        };
        Thread loading = new Thread(() -> near.find(session.id()));
        loading.start();
        read.await();
        node.onTheWay = () -> {};
        endElsewhere();
        goOn.countDown();
        loading.join();
        assertThat(handsOutTheEnded(near)).isEqualTo(making == Making.LOADS_IN_FLIGHT_ARE_KEPT);
    }

    @ParameterizedTest
    @EnumSource
    void aThreadThatStoodStillHandsOutNothingOld(Making making) {
        AtomicBoolean armed = new AtomicBoolean();
        NearCachedStore near = near(making, () -> {
            if (armed.compareAndSet(true, false)) {
                node.cut();
                endElsewhere();
                node.silence(5_000);
            }
        });
        near.find(session.id());
        armed.set(true);
        assertThat(handsOutTheEnded(near))
                .isEqualTo(making == Making.THE_CLOCK_IS_READ_BEFORE_LOOKING || making == Making.SILENCE_IS_BELIEVED);
    }

    @ParameterizedTest
    @EnumSource
    void aThreadThatWakesAfterItsChannelHandsOutNothingOld(Making making) {
        AtomicBoolean armed = new AtomicBoolean();
        NearCachedStore near = near(making, () -> {
            if (armed.compareAndSet(true, false)) {
                node.cut();
                endElsewhere();
                node.silence(5_000);
                node.arrive(new SessionSignal.Ended(session.id(), EndReason.REVOKED_BY_ADMIN));
            }
        });
        near.find(session.id());
        armed.set(true);
        assertThat(handsOutTheEnded(near))
                .isEqualTo(making == Making.THE_CLOCK_IS_READ_BEFORE_LOOKING
                        || making == Making.THE_PROOF_IS_TAKEN_AFTER_LOOKING
                        || making == Making.SILENCE_IS_BELIEVED);
    }

    @ParameterizedTest
    @EnumSource
    void whatEndedWhileTheChannelWasDownIsForgottenWhenItComesBack(Making making) {
        NearCachedStore near = near(making, () -> {});
        near.find(session.id());
        node.cut();
        endElsewhere();
        node.silence(5_000);
        node.mend();
        assertThat(handsOutTheEnded(near)).isEqualTo(making == Making.NOTHING_IS_FORGOTTEN_ON_RECONNECTING);
    }

    @ParameterizedTest
    @EnumSource
    void aSilentChannelIsBelievedForEightTenthsOfASecond(Making making) {
        NearCachedStore near = near(making, () -> {});
        near.find(session.id());
        node.cut();
        endElsewhere();
        node.silence(799);
        assertThat(handsOutTheEnded(near)).isTrue();
        node.silence(1);
        assertThat(handsOutTheEnded(near)).isEqualTo(making == Making.SILENCE_IS_BELIEVED);
    }

    @Test
    void whatIsReadAgainAndAgainIsReadOnce() {
        NearCachedStore near = near(Making.RIGHT, () -> {});
        for (int i = 0; i < 10; i++) {
            near.find(session.id());
        }
        assertThat(node.finds).hasValue(1);
        assertThat(near.state().hits()).isEqualTo(9);
    }

    private NearCachedStore near(Making making, Runnable pause) {
        Function<Told, Memory> memory = told -> making.memory(told, pause);
        NearCachedStore near = NearCachedStore.over(node, signals -> memory.apply(node));
        node.create(session, PerUserLimit.DEFAULT);
        return near;
    }

    private void endElsewhere() {
        node.shared.end(session.id(), EndReason.REVOKED_BY_ADMIN, now);
    }

    private boolean handsOutTheEnded(NearCachedStore near) {
        return near.find(session.id()).orElseThrow().ending().isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
