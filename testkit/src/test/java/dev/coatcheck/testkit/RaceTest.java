package dev.coatcheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class RaceTest {
    @Test
    void allRacersRunAtOnceAndAnswerInTheirOrder() {
        CountDownLatch allThere = new CountDownLatch(5);
        assertThat(Race.of(5, i -> () -> {
                    allThere.countDown();
                    allThere.await();
                    return i;
                }))
                .containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void whatARacerThrowsComesOut() {
        IllegalStateException first = new IllegalStateException("first");
        assertThatThrownBy(() -> Race.<Object>between(
                        () -> "fine",
                        () -> {
                            throw first;
                        },
                        () -> {
                            throw new IllegalStateException("second");
                        }))
                .isInstanceOf(AssertionError.class)
                .hasCause(first)
                .satisfies(error -> assertThat(error.getSuppressed()).hasSize(1));
    }

    @Test
    void aSettableClockMovesInAllItsZones() {
        MutableClock clock = MutableClock.at(Instant.EPOCH);
        assertThat(clock.advance(Duration.ofSeconds(5))).isEqualTo(Instant.ofEpochSecond(5));
        assertThat(clock.withZone(ZoneId.of("Asia/Tokyo")).millis()).isEqualTo(5_000);
        clock.set(Instant.ofEpochSecond(1));
        assertThat(clock.instant()).isEqualTo(Instant.ofEpochSecond(1));
    }
}
