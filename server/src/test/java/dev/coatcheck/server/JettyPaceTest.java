package dev.coatcheck.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class JettyPaceTest {
    private static final long SECOND = 1_000_000_000L;

    private final JettyPace pace = new JettyPace(Duration.ofSeconds(10), 100);

    @Test
    void aPeerIsTooSlowOncePatienceIsOverAndItsRateIsBelow() {
        pace.waits(0);
        pace.moved(999, 10 * SECOND);
        assertThat(pace.tooSlow()).as("patience is not over").isFalse();
        pace.waits(10 * SECOND);
        pace.moved(1, 11 * SECOND);
        assertThat(pace.tooSlow()).as("1000 bytes in 11 s").isTrue();
        pace.moved(100, 11 * SECOND);
        assertThat(pace.tooSlow()).as("1100 bytes in 11 s").isFalse();
    }

    @Test
    void onlyWaitingCounts() {
        pace.waits(0);
        pace.moved(1, SECOND);
        pace.moved(1, 100 * SECOND);
        assertThat(pace.tooSlow()).isFalse();
        pace.waits(100 * SECOND);
        pace.waits(105 * SECOND);
        pace.moved(1, 110 * SECOND);
        assertThat(pace.tooSlow()).as("waiting began once").isTrue();
    }

    @Test
    void aNewExchangeForgetsThePast() {
        pace.waits(0);
        pace.moved(1, 100 * SECOND);
        pace.restart();
        assertThat(pace.tooSlow()).isFalse();
    }

    @Test
    void limitsThatLetNothingThroughAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> JettyLimits.DEFAULT.withHeadBytes(10));
        assertThatIllegalArgumentException().isThrownBy(() -> JettyLimits.DEFAULT.withTargetBytes(100_000));
        assertThatIllegalArgumentException().isThrownBy(() -> JettyLimits.DEFAULT.withPace(Duration.ZERO, 10));
        assertThatIllegalArgumentException().isThrownBy(() -> JettyLimits.DEFAULT.withThreads(1));
    }
}
