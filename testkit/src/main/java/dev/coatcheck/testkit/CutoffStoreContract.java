package dev.coatcheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.CutoffLine;
import dev.coatcheck.store.CutoffLines;
import dev.coatcheck.store.CutoffStore;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.token.SessionId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What every {@link CutoffStore} promises, races included: 20 rounds, or 200 in a thorough run. */
public abstract class CutoffStoreContract extends StoreContract<CutoffStore> {
    private static final int ROUNDS = Rounds.of(20, 200);
    private static final Instant NOW = Instant.parse("2026-11-20T08:30:00.123Z");

    private final UserId ann = Sessions.user();
    private final SessionId session = Sessions.id();

    /** For subclasses. */
    protected CutoffStoreContract() {}

    @Test
    void whereNoLineWasDrawnThereIsNone() {
        assertThat(found()).isEqualTo(CutoffLines.NONE);
        store.draw(Sessions.user(), line(1, 60));
        store.draw(Sessions.id(), line(1, 60));
        assertThat(found()).isEqualTo(CutoffLines.NONE);
    }

    @Test
    void bothLinesOfATicketAreFoundEachForItself() {
        store.draw(ann, line(1, 60));
        assertThat(found()).isEqualTo(new CutoffLines(Optional.of(line(1, 60)), Optional.empty()));
        store.draw(session, line(2, 70));
        assertThat(found()).isEqualTo(new CutoffLines(Optional.of(line(1, 60)), Optional.of(line(2, 70))));
        assertThat(store.find(session, Optional.empty()))
                .isEqualTo(new CutoffLines(Optional.empty(), Optional.of(line(2, 70))));
        assertThat(store.find(Sessions.id(), Optional.of(ann)))
                .isEqualTo(new CutoffLines(Optional.of(line(1, 60)), Optional.empty()));
        assertThat(store.find(session, Optional.of(Sessions.user())))
                .isEqualTo(new CutoffLines(Optional.empty(), Optional.of(line(2, 70))));
    }

    @Test
    void aUserWhoIsNamedLikeASessionIsNotTheSession() {
        UserId alike = new UserId(session.toString());
        store.draw(alike, line(1, 60));
        assertThat(store.find(session, Optional.of(alike)))
                .isEqualTo(new CutoffLines(Optional.of(line(1, 60)), Optional.empty()));
        store.draw(new UserId("session:" + session), line(2, 60));
        store.draw(new UserId("user:" + ann), line(3, 60));
        assertThat(found()).isEqualTo(CutoffLines.NONE);
    }

    @Test
    void anyUserAndSessionHasALineOfItsOwn() {
        List<UserId> users = List.of(
                new UserId("ann"),
                new UserId("ANN"),
                new UserId("ann'--"),
                new UserId("%"),
                new UserId("~".repeat(128)));
        for (int i = 0; i < users.size(); i++) {
            store.draw(users.get(i), line(i, 60));
        }
        for (int i = 0; i < users.size(); i++) {
            assertThat(store.find(session, Optional.of(users.get(i))).user()).contains(line(i, 60));
        }
        SessionId lower = SessionId.of("000000000000000000abcd");
        SessionId upper = SessionId.of("000000000000000000ABCD");
        store.draw(lower, line(1, 60));
        assertThat(store.find(upper, Optional.empty())).isEqualTo(CutoffLines.NONE);
        store.draw(upper, line(2, 60));
        assertThat(store.find(lower, Optional.empty()).session()).contains(line(1, 60));
    }

    @Test
    void theLaterOfTwoLinesStaysUntilTheLaterOfTheirEnds() {
        store.draw(ann, line(5, 60));
        store.draw(session, line(5, 60));
        for (CutoffLine next : List.of(line(4, 50), line(5, 60), line(6, 50), line(4, 70), line(6, 70))) {
            CutoffLines before = found();
            store.draw(ann, next);
            store.draw(session, next);
            assertThat(found())
                    .isEqualTo(new CutoffLines(
                            before.user().map(next::later), before.session().map(next::later)));
        }
        assertThat(found()).isEqualTo(new CutoffLines(Optional.of(line(6, 70)), Optional.of(line(6, 70))));
    }

    @Test
    void aLineMayLieFarAheadOrBeBack() {
        CutoffLine ahead = new CutoffLine(NOW.plusSeconds(3_000_000_000L), NOW.plusSeconds(3_000_000_001L));
        CutoffLine back = new CutoffLine(Instant.EPOCH.minusMillis(1), NOW);
        store.draw(ann, back);
        store.draw(session, ahead);
        assertThat(found()).isEqualTo(new CutoffLines(Optional.of(back), Optional.of(ahead)));
    }

    @Test
    void timesAreCutToMilliseconds() {
        store.draw(ann, new CutoffLine(NOW.plusNanos(999_999), NOW.plusNanos(1_999_999)));
        assertThat(found().user()).contains(new CutoffLine(NOW, NOW.plusMillis(1)));
    }

    @Test
    void theInstantOfALineIsCutOffAndTheNextIsNot() {
        store.draw(ann, line(5, 60));
        store.draw(session, line(9, 60));
        CutoffLines lines = found();
        assertThat(lines.cutOff(at(5), at(10))).isTrue();
        assertThat(lines.cutOff(at(6), at(10))).isFalse();
        assertThat(lines.cutOff(at(6), at(9))).isTrue();
        assertThat(CutoffLines.NONE.cutOff(at(0), at(0))).isFalse();
    }

    @Test
    void onlyWhatWasKeptLongEnoughIsForgottenAndAtMostSoMany() {
        List<SessionId> over = List.of(Sessions.id(), Sessions.id(), Sessions.id());
        over.forEach(id -> store.draw(id, line(90, 59)));
        UserId overToo = Sessions.user();
        store.draw(overToo, line(90, 59));
        store.draw(ann, line(1, 60));
        store.draw(session, line(1, 61));
        assertThat(store.purge(at(60), 0)).isZero();
        assertThat(store.purge(at(60), 3)).isEqualTo(3);
        assertThat(store.purge(at(60), 1_000)).isEqualTo(1);
        assertThat(store.purge(at(60), 1_000)).isZero();
        for (SessionId id : over) {
            assertThat(store.find(id, Optional.of(overToo))).isEqualTo(CutoffLines.NONE);
        }
        assertThat(found()).isEqualTo(new CutoffLines(Optional.of(line(1, 60)), Optional.of(line(1, 61))));
    }

    @Test
    void aClosedStoreSaysSo() throws Exception {
        CutoffStore closed = open();
        closed.close();
        closed.close();
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> closed.draw(ann, line(1, 2)),
                () -> closed.draw(session, line(1, 2)),
                () -> closed.find(session, Optional.of(ann)),
                () -> closed.purge(NOW, 1))) {
            assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(call);
        }
    }

    @Test
    void ofLinesThatRaceTheLatestStaysUntilTheLatestEnd() throws Exception {
        CutoffStore second = another();
        for (int round = 0; round < ROUNDS; round++) {
            UserId user = Sessions.user();
            SessionId id = Sessions.id();
            for (int base : new int[] {0, 10}) {
                Race.of(4, i -> () -> {
                    CutoffLine line = line(base + i, 60 + base - i);
                    node(i, second).draw(user, line);
                    node(i, second).draw(id, line);
                    return true;
                });
                CutoffLine latest = line(base + 3, 60 + base);
                assertThat(store.find(id, Optional.of(user)))
                        .isEqualTo(new CutoffLines(Optional.of(latest), Optional.of(latest)));
            }
        }
    }

    @Test
    void aLineThatWasDrawnIsThereWhoeverCleansUp() throws Exception {
        CutoffStore second = another();
        for (int round = 0; round < ROUNDS; round++) {
            UserId user = Sessions.user();
            store.draw(user, line(1, 59));
            List<Object> done = Race.between(
                    () -> {
                        store.draw(user, line(2, 70));
                        return true;
                    },
                    () -> second.purge(at(60), 10));
            assertThat(done).hasSize(2);
            assertThat(store.find(session, Optional.of(user)).user()).contains(line(2, 70));
        }
    }

    @Test
    void manyMayCleanUpAtOnceAndTakeEachLineOnce() throws Exception {
        CutoffStore second = another();
        for (int round = 0; round < Math.max(2, ROUNDS / 10); round++) {
            List<UserId> users = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                users.add(Sessions.user());
                store.draw(users.get(i), line(i, i));
            }
            store.draw(ann, line(1, 60));
            List<Integer> gone = Race.of(4, i -> () -> {
                int all = 0;
                for (int batch = 0; batch < 20; batch++) {
                    all += node(i, second).purge(at(60), 10);
                }
                return all;
            });
            assertThat(gone.stream().mapToInt(Integer::intValue).sum()).isEqualTo(60);
            assertThat(store.find(session, Optional.of(ann)).user()).contains(line(1, 60));
        }
    }

    private CutoffStore node(int racer, CutoffStore second) {
        return racer % 2 == 0 ? store : second;
    }

    private CutoffLines found() {
        return store.find(session, Optional.of(ann));
    }

    private static CutoffLine line(int notBefore, int keptUntil) {
        return new CutoffLine(at(notBefore), at(keptUntil));
    }

    private static Instant at(int millis) {
        return NOW.plusMillis(millis);
    }
}
