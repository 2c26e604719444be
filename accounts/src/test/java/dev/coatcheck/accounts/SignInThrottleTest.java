package dev.coatcheck.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.coatcheck.store.MemoryCounterStore;
import dev.coatcheck.testkit.MutableClock;
import dev.coatcheck.testkit.Race;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SignInThrottleTest {
    private static final Username ANN = Username.of("ann");
    private static final String HOME = "192.0.2.1";
    private static final String AWAY = "198.51.100.7";

    private final MutableClock clock = MutableClock.at(Instant.parse("2026-11-20T08:30:00Z"));
    private SignInThrottle throttle = new SignInThrottle();

    @Test
    void fiveTriesAreFreeThenTheWaitDoublesUpToFiveMinutes() {
        for (int i = 0; i < 5; i++) {
            assertThat(fail(ANN, HOME)).isEmpty();
        }
        for (int seconds : List.of(1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300)) {
            assertThat(fail(ANN, HOME)).contains(Duration.ofSeconds(seconds));
            clock.advance(Duration.ofSeconds(seconds).minusMillis(1));
            assertThat(fail(ANN, HOME)).contains(Duration.ofSeconds(1));
            clock.advance(Duration.ofMillis(1));
            assertThat(fail(ANN, HOME)).as("the instant itself is free").isEmpty();
        }
    }

    @Test
    void aTryThatIsRefusedIsNotCounted() {
        for (int i = 0; i < 5; i++) {
            fail(ANN, HOME);
        }
        for (int i = 0; i < 1000; i++) {
            assertThat(fail(ANN, HOME)).contains(Duration.ofSeconds(1));
        }
        clock.advance(Duration.ofSeconds(1));
        assertThat(fail(ANN, HOME)).isEmpty();
    }

    @Test
    void signingInAndAnHourOfRestBeginAnew() {
        for (int i = 0; i < 5; i++) {
            fail(ANN, HOME);
        }
        clock.advance(Duration.ofSeconds(1));
        assertThat(succeed(ANN, HOME)).isEmpty();
        for (int i = 0; i < 5; i++) {
            assertThat(fail(ANN, HOME)).isEmpty();
        }
        assertThat(fail(ANN, HOME)).isPresent();
        clock.advance(Duration.ofHours(1));
        for (int i = 0; i < 5; i++) {
            assertThat(fail(ANN, HOME)).isEmpty();
        }
        assertThat(fail(ANN, HOME)).isPresent();
    }

    @Test
    void aTryThatNobodyCouldJudgeIsTakenBack() {
        for (int i = 0; i < 1000; i++) {
            assertThat(begin(Optional.of(ANN), HOME))
                    .isInstanceOfSatisfying(
                            SignInThrottle.Turn.Now.class, now -> now.counted().takenBack());
        }
        for (int i = 0; i < 4; i++) {
            fail(ANN, HOME);
        }
        assertThat(begin(Optional.of(ANN), HOME))
                .isInstanceOfSatisfying(
                        SignInThrottle.Turn.Now.class, now -> now.counted().takenBack());
        assertThat(fail(ANN, HOME)).as("the fifth").isEmpty();
        assertThat(fail(ANN, HOME)).isPresent();
    }

    @Test
    void whoHammersOnANameFromElsewhereDoesNotMakeItsPersonWaitWhereTheySignedInBefore() {
        succeed(ANN, HOME);
        for (int i = 0; i < 100_000; i++) {
            fail(ANN, AWAY);
            fail(ANN, network(i));
            clock.advance(Duration.ofMillis(10));
        }
        assertThat(succeed(ANN, HOME)).isEmpty();
        fail(ANN, HOME);
        assertThat(succeed(ANN, HOME)).as("mistyped once").isEmpty();
    }

    @Test
    void oneAttackingAddressDoesNotMakeANewAddressWait() {
        for (int seconds = 0; seconds < 86_400; seconds++) {
            fail(ANN, AWAY);
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(succeed(ANN, HOME)).isEmpty();
    }

    @Test
    void aNameIsTriedAHundredTimesAndThenOnceInThirtySecondsFromWhateverManyAddresses() {
        int tried = 0;
        for (int i = 0; i < 24 * 60 * 60; i++) {
            tried += fail(ANN, network(i)).isEmpty() ? 1 : 0;
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(tried).isBetween(100 + 2870, 100 + 2880);
        fail(ANN, AWAY);
        assertThat(fail(ANN, HOME).orElseThrow()).isLessThanOrEqualTo(Duration.ofSeconds(30));
        clock.advance(Duration.ofSeconds(30));
        assertThat(succeed(ANN, HOME)).as("never for longer").isEmpty();
    }

    @Test
    void anAddressTriesAHundredNamesAndThenOneInFiveSeconds() {
        for (int i = 0; i < 100; i++) {
            assertThat(fail(Username.of("user" + i), AWAY)).isEmpty();
        }
        assertThat(fail(Username.of("next"), AWAY)).contains(Duration.ofSeconds(5));
        assertThat(fail(Username.of("next"), HOME)).isEmpty();
        clock.advance(Duration.ofSeconds(5));
        assertThat(fail(Username.of("next"), AWAY)).isEmpty();
        assertThat(fail(Username.of("other"), AWAY)).contains(Duration.ofSeconds(5));
    }

    @Test
    void aWholeIpv6NetworkIsOneAddress() {
        for (int i = 0; i < 5; i++) {
            assertThat(fail(ANN, "2001:db8::" + i)).isEmpty();
        }
        assertThat(fail(ANN, "2001:db8::ffff:1")).isPresent();
        assertThat(fail(ANN, "2001:db8:0:1::1")).isEmpty();
    }

    @Test
    void colleaguesBehindOneAddressAreNotSlowedWhereTheySignedInBefore() {
        succeed(ANN, HOME);
        for (int i = 0; i < 200; i++) {
            fail(Username.of("guess" + i), HOME);
        }
        assertThat(fail(Username.of("newcomer"), HOME)).isPresent();
        assertThat(succeed(ANN, HOME)).isEmpty();
    }

    @Test
    void whoSignsInDoesNotUseUpTheAddress() {
        for (int i = 0; i < 1000; i++) {
            assertThat(succeed(Username.of("user" + i), HOME)).isEmpty();
        }
    }

    @Test
    void textsThatAreNobodysNameAreCountedByAddress() {
        for (int i = 0; i < 100; i++) {
            assertThat(begin(Optional.empty(), AWAY)).isInstanceOf(SignInThrottle.Turn.Now.class);
        }
        assertThat(begin(Optional.empty(), AWAY)).isInstanceOf(SignInThrottle.Turn.Later.class);
        assertThat(begin(Optional.empty(), HOME)).isInstanceOf(SignInThrottle.Turn.Now.class);
    }

    @Test
    void aClockThatIsSetBackLengthensNoWait() {
        for (int i = 0; i < 6; i++) {
            fail(ANN, HOME);
            clock.advance(Duration.ofSeconds(1));
        }
        clock.advance(Duration.ofDays(-30));
        assertThat(fail(ANN, HOME)).contains(Duration.ofSeconds(2));
        clock.advance(Duration.ofSeconds(2));
        assertThat(fail(ANN, HOME)).isEmpty();
        for (int i = 0; i < 200; i++) {
            fail(Username.of("user" + i), AWAY);
        }
        clock.advance(Duration.ofDays(-30));
        assertThat(fail(Username.of("next"), AWAY)).isEmpty();
    }

    @Test
    void aThousandAtOnceAreAThousand() {
        List<Integer> begun = Race.of(20, racer -> () -> {
            int free = 0;
            for (int i = 0; i < 50; i++) {
                free += fail(ANN, HOME).isEmpty() ? 1 : 0;
            }
            return free;
        });
        assertThat(begun.stream().mapToInt(free -> free).sum()).isEqualTo(5);
    }

    @Test
    void memoryIsBoundedAndTriesDoNotPushOutWhereAPersonSignsIn() {
        MemoryCounterStore counters = new MemoryCounterStore(100);
        throttle = new SignInThrottle(ThrottlePolicy.DEFAULT, counters);
        succeed(ANN, HOME);
        for (int i = 0; i < 10_000; i++) {
            fail(Username.of("user" + i), network(i));
        }
        assertThat(counters.size()).isLessThanOrEqualTo(301);
        for (int i = 0; i < 200; i++) {
            fail(Username.of("guess" + i), HOME);
        }
        assertThat(succeed(ANN, HOME)).as("familiar still").isEmpty();
    }

    @Test
    void nodesOnOneStoreCountTogetherAndANewOneRemembers() {
        MemoryCounterStore counters = new MemoryCounterStore();
        throttle = new SignInThrottle(ThrottlePolicy.DEFAULT, counters);
        succeed(ANN, HOME);
        for (int i = 0; i < 5; i++) {
            fail(ANN, AWAY);
        }
        throttle = new SignInThrottle(ThrottlePolicy.DEFAULT, counters);
        assertThat(fail(ANN, AWAY)).isPresent();
        for (int i = 0; i < 200; i++) {
            fail(ANN, network(i));
        }
        assertThat(fail(ANN, network(200))).isPresent();
        assertThat(succeed(ANN, HOME)).as("familiar still").isEmpty();
        clock.advance(Duration.ofDays(90));
        for (int i = 0; i < 200; i++) {
            fail(ANN, network(i));
        }
        assertThat(fail(ANN, HOME)).as("familiar no longer").isPresent();
    }

    @Test
    void aNodeWhoseClockIsAMomentBehindForgivesNothing() {
        for (int i = 0; i < 100; i++) {
            fail(Username.of("user" + i), AWAY);
        }
        clock.advance(Duration.ofSeconds(-2));
        assertThat(fail(Username.of("next"), AWAY)).isPresent();
    }

    @Test
    void anExpiredCountMayBeForgottenWithoutADifference() {
        MemoryCounterStore counters = new MemoryCounterStore();
        throttle = new SignInThrottle(ThrottlePolicy.DEFAULT, counters);
        for (int i = 0; i < 5; i++) {
            fail(ANN, AWAY);
        }
        succeed(ANN, HOME);
        clock.advance(Duration.ofMinutes(59));
        counters.purge(clock.instant(), 1000);
        assertThat(counters.size()).as("the pair and the familiar address").isEqualTo(2);
        clock.advance(Duration.ofDays(91));
        counters.purge(clock.instant(), 1000);
        assertThat(counters.size()).isZero();
    }

    @Test
    void aPolicyThatContradictsItselfIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> ThrottlePolicy.DEFAULT.withFreeTries(0));
        assertThatIllegalArgumentException().isThrownBy(() -> ThrottlePolicy.DEFAULT.withEntries(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ThrottlePolicy.DEFAULT.withForgetAfter(Duration.ofSeconds(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ThrottlePolicy.DEFAULT.withWaits(Duration.ofSeconds(2), Duration.ofSeconds(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new ThrottlePolicy.Pace(0, Duration.ofSeconds(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new ThrottlePolicy.Pace(1, Duration.ZERO));
    }

    private SignInThrottle.Turn begin(Optional<Username> name, String address) {
        return throttle.begin(name, address, clock.instant());
    }

    private Optional<Duration> fail(Username name, String address) {
        return begin(Optional.of(name), address).fold(counted -> Optional.empty(), Optional::of);
    }

    private Optional<Duration> succeed(Username name, String address) {
        return begin(Optional.of(name), address)
                .fold(
                        counted -> {
                            counted.succeeded();
                            return Optional.empty();
                        },
                        Optional::of);
    }

    private static String network(int number) {
        return String.format("2001:db8:%x:%x::1", number >> 16, number & 0xffff);
    }
}
