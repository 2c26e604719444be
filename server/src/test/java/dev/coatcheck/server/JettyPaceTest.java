package dev.coatcheck.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class JettyPaceTest {
    private static final long SECOND = 1_000_000_000L;

    private final JettyPace pace = new JettyPace(Duration.ofSeconds(10), 100);

    @Test
    void aPeerFallsBehindOncePatienceIsOverAndItsRateIsBelow() {
        assertThat(pace.fallsBehind(1, 0)).isFalse();
        pace.waits(0);
        assertThat(pace.fallsBehind(998, 10 * SECOND))
                .as("patience is not over")
                .isFalse();
        pace.waits(10 * SECOND);
        assertThat(pace.fallsBehind(100, 11 * SECOND)).as("1099 bytes in 11 s").isTrue();
    }

    @Test
    void aPeerThatKeepsUpStaysAndEarnsNoCredit() {
        pace.fallsBehind(1_000_000, 0);
        pace.waits(0);
        assertThat(pace.fallsBehind(1, 11 * SECOND))
                .as("a million bytes in 11 s")
                .isFalse();
        pace.waits(11 * SECOND);
        assertThat(pace.fallsBehind(1, 22 * SECOND)).as("one in the next").isTrue();
    }

    @Test
    void onlyWaitingAfterTheFirstByteCounts() {
        pace.waits(0);
        assertThat(pace.fallsBehind(1, 100 * SECOND)).as("between requests").isFalse();
        assertThat(pace.fallsBehind(1, 200 * SECOND)).as("nobody waited").isFalse();
        pace.waits(200 * SECOND);
        pace.waits(208 * SECOND);
        assertThat(pace.fallsBehind(1, 211 * SECOND))
                .as("waiting began at 200 s")
                .isTrue();
    }

    @Test
    void aNewExchangeForgetsThePast() {
        pace.fallsBehind(1, 0);
        pace.waits(0);
        pace.restart();
        assertThat(pace.fallsBehind(1, 100 * SECOND)).isFalse();
        pace.restart();
        pace.waits(100 * SECOND);
        assertThat(pace.fallsBehind(1, 200 * SECOND)).isFalse();
    }

    @Test
    void limitsThatLetNothingThroughAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> JettyLimits.DEFAULT.withHeadBytes(10));
        assertThatIllegalArgumentException().isThrownBy(() -> JettyLimits.DEFAULT.withTargetBytes(100_000));
        assertThatIllegalArgumentException().isThrownBy(() -> JettyLimits.DEFAULT.withPace(Duration.ZERO, 10));
        assertThatIllegalArgumentException().isThrownBy(() -> JettyLimits.DEFAULT.withThreads(1));
    }
}
