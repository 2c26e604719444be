package dev.coatcheck;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.http.RequestHead;
import dev.coatcheck.http.TrustedProxies;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class VisitorLimitTest {
    private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");

    private final VisitorLimit limit = new VisitorLimit(10, Duration.ofMinutes(10));

    private Optional<Duration> begins(String address, Instant at) {
        return limit.begin(address, at);
    }

    private int untilRefused(String address, Instant at) {
        int begun = 0;
        while (begins(address, at).isEmpty()) {
            begun++;
        }
        return begun;
    }

    @Test
    void anAddressMayBeginSoManyInAWindow() {
        assertThat(untilRefused("192.0.2.1", START)).isEqualTo(10);
        assertThat(untilRefused("192.0.2.2", START)).isEqualTo(10);
    }

    @Test
    void aProxyThatIsNotTrustedIsSaidOnceWithTheSettingToWrite() {
        List<String> said = new ArrayList<>();
        Handler ear = new Handler() {
            @Override
            public void publish(LogRecord line) {
                said.add(new SimpleFormatter().formatMessage(line));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger log = Logger.getLogger(VisitorLimit.class.getName());
        log.addHandler(ear);
        try {
            RequestHead direct = RequestHead.of("POST", "/").from("10.0.0.9");
            RequestHead forwarded = RequestHead.of("POST", "/").from("10.0.0.9").with("X-Forwarded-For", "192.0.2.1");
            limit.begin(direct, TrustedProxies.NONE, START);
            limit.begin(forwarded, TrustedProxies.of(List.of("10.0.0.0/8")), START);
            assertThat(said).isEmpty();
            limit.begin(forwarded, TrustedProxies.NONE, START);
            limit.begin(forwarded, TrustedProxies.NONE, START);
            assertThat(said)
                    .singleElement(as(InstanceOfAssertFactories.STRING))
                    .contains("10.0.0.9", "proxies.trusted");
            assertThat(limit.addresses()).isEqualTo(2);
        } finally {
            log.removeHandler(ear);
        }
    }

    @Test
    void anIpv6NetworkIsOneAddress() {
        assertThat(untilRefused("2001:db8::1", START)).isEqualTo(10);
        assertThat(begins("2001:db8::2", START)).isPresent();
        assertThat(begins("2001:db8:0:1::2", START)).isEmpty();
    }

    @Test
    void theWindowSlides() {
        Instant late = START.plus(Duration.ofMinutes(9));
        assertThat(untilRefused("a", late)).isEqualTo(10);
        assertThat(begins("a", START.plus(Duration.ofMinutes(10))))
                .as("a burst over the edge of two windows")
                .isPresent();
        assertThat(untilRefused("a", START.plus(Duration.ofMinutes(15)))).isEqualTo(5);
        assertThat(untilRefused("a", START.plus(Duration.ofMinutes(40)))).isEqualTo(10);
    }

    @Test
    void aClockThatWasAheadLocksNobodyOut() {
        assertThat(untilRefused("a", START.plus(Duration.ofDays(3)))).isEqualTo(10);
        assertThat(untilRefused("a", START)).as("when the clock is right again").isEqualTo(10);
        assertThat(begins("a", START.minus(Duration.ofMinutes(1))))
                .as("put back a little, over the edge of a window")
                .isPresent();
    }

    @Test
    void whoWaitsAsLongAsTheyWereToldMayBegin() {
        Instant now = START.plus(Duration.ofMinutes(3));
        for (int i = 0; i < 200; i++) {
            Optional<Duration> wait = begins("a", now);
            if (wait.isPresent()) {
                assertThat(wait.get()).isPositive().isLessThanOrEqualTo(Duration.ofMinutes(10));
                now = now.plus(wait.get());
                Instant then = now;
                if (begins("a", then).isPresent()) {
                    // At the edge the window before begins to weigh: one more wait, never an endless one.
                    now = now.plus(begins("a", now).orElseThrow());
                    assertThat(begins("a", now)).isEmpty();
                }
            }
        }
        assertThat(Duration.between(START, now)).isGreaterThan(Duration.ofMinutes(100));
    }

    @Test
    void aClockThatIsPutBackLocksNobodyOut() {
        untilRefused("a", START.plus(Duration.ofDays(1)));
        assertThat(begins("a", START)).as("a day behind: counted anew").isEmpty();
        assertThat(begins("b", START)).isEmpty();
        assertThat(begins("a", START.plus(Duration.ofDays(2)))).isEmpty();
    }

    @Test
    void itsMemoryIsBounded() {
        for (int i = 0; i < 30_000; i++) {
            begins("address " + i, START);
        }
        assertThat(limit.addresses()).isEqualTo(20_000);
    }
}
