package dev.coatcheck.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.store.CounterStore;
import dev.coatcheck.testkit.Race;
import dev.coatcheck.testkit.Rounds;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Two nodes whose throttles count in one store: nobody slips through between them. 8 rounds, or 200 in a thorough run. */
public abstract class SharedThrottleTests {
    private static final int ROUNDS = Rounds.of(8, 200);
    private static final Instant NOW = Instant.parse("2026-11-20T08:30:00Z");
    private static final ThrottlePolicy POLICY = ThrottlePolicy.DEFAULT
            .withPerName(new ThrottlePolicy.Pace(10, Duration.ofSeconds(30)))
            .withPerAddress(new ThrottlePolicy.Pace(10, Duration.ofSeconds(5)));

    /** For subclasses. */
    protected SharedThrottleTests() {}

    /** The store of each of two nodes, empty and the same underneath. */
    protected abstract List<CounterStore> nodes() throws Exception;

    @Test
    public void parallelTriesOnTwoNodesAreCountedOnceEach() throws Exception {
        List<SignInThrottle> nodes = nodes().stream()
                .map(counters -> new SignInThrottle(POLICY, counters))
                .toList();
        for (int round = 0; round < ROUNDS; round++) {
            String person = "round" + round;
            String address = "2001:db8:1:" + Integer.toHexString(round) + "::";
            assertThat(begun(nodes, i -> person, i -> address))
                    .as("one name, one address")
                    .isEqualTo(5);
            String site = Integer.toHexString(round);
            assertThat(begun(nodes, i -> person + "x", i -> "2001:db9:" + site + ":" + Integer.toHexString(i) + "::"))
                    .as("one name, many addresses")
                    .isEqualTo(10);
            String other = "2001:db8:2:" + Integer.toHexString(round) + "::";
            assertThat(begun(nodes, i -> person + "-" + i, i -> other))
                    .as("one address, many names")
                    .isEqualTo(10);
        }
    }

    @Test
    public void whatSucceedsOnOneNodeIsFamiliarOnTheOther() throws Exception {
        List<SignInThrottle> nodes = nodes().stream()
                .map(counters -> new SignInThrottle(POLICY, counters))
                .toList();
        begin(nodes.get(0), "ann", "192.0.2.1").orElseThrow().succeeded();
        for (int i = 0; i < 20; i++) {
            begin(nodes.get(0), "ann", "198.51.100." + i);
        }
        assertThat(begin(nodes.get(1), "ann", "198.51.100.99")).isEmpty();
        assertThat(begin(nodes.get(1), "ann", "192.0.2.1")).isPresent();
    }

    private interface Text {
        String of(int number);
    }

    /** Six racers, three on each node, three tries each. */
    private static int begun(List<SignInThrottle> nodes, Text name, Text address) {
        return Race.of(
                        6,
                        racer -> () -> (int) IntStream.range(0, 3)
                                .filter(n -> begin(
                                                nodes.get(racer % 2), name.of(3 * racer + n), address.of(3 * racer + n))
                                        .isPresent())
                                .count())
                .stream()
                .mapToInt(Integer::intValue)
                .sum();
    }

    private static Optional<SignInThrottle.Try> begin(SignInThrottle throttle, String name, String address) {
        return throttle.begin(Optional.of(Username.of(name)), address, NOW)
                .fold(Optional::of, wait -> Optional.empty());
    }
}
