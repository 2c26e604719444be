package dev.coatcheck.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.Authenticator.Attempt;
import dev.coatcheck.Authenticator.Outcome;
import dev.coatcheck.Password;
import dev.coatcheck.session.UserId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * An unknown name, a wrong password and a disabled account take the same time: medians of interleaved tries, so whatever
 * else the machine does hits all three alike. What makes it so is tested in {@link PasswordAuthenticatorTest}.
 */
class SameTimeTest {
    private static final int WARM_UP = 200;
    private static final int SAMPLES = 600;

    @Test
    void mediansOfUnknownWrongAndDisabledAreAlike() {
        Argon2idHasher hasher = new Argon2idHasher(HashingPolicy.DEFAULT.withCost(new Argon2Cost(512, 1, 1)));
        MemoryUserStore users = new MemoryUserStore();
        users.add(account("ann", hasher));
        users.add(account("gone", hasher));
        users.setDisabled(new UserId("gone"), true);
        ThrottlePolicy unthrottled = ThrottlePolicy.DEFAULT
                .withFreeTries(1_000_000)
                .withPerName(new ThrottlePolicy.Pace(1_000_000, Duration.ofSeconds(1)))
                .withPerAddress(new ThrottlePolicy.Pace(1_000_000, Duration.ofSeconds(1)));
        PasswordAuthenticator authenticator = new PasswordAuthenticator(
                users, hasher, new SignInThrottle(unthrottled), InstantSource.fixed(Instant.EPOCH));
        List<String> names = List.of("ann", "nobody", "gone");
        long[][] nanos = new long[names.size()][SAMPLES];
        for (int round = -WARM_UP; round < SAMPLES; round++) {
            for (int i = 0; i < names.size(); i++) {
                int which = (i + round + WARM_UP) % names.size();
                long took = nanosOf(authenticator, names.get(which));
                if (round >= 0) {
                    nanos[which][round] = took;
                }
            }
        }
        double wrong = median(nanos[0]);
        assertThat(median(nanos[1]) / wrong).as("unknown : wrong").isBetween(0.7, 1.4);
        assertThat(median(nanos[2]) / wrong).as("disabled : wrong").isBetween(0.7, 1.4);
    }

    private static long nanosOf(PasswordAuthenticator authenticator, String name) {
        Attempt attempt = new Attempt(name, Password.of("wrong password"), "192.0.2.1");
        long began = System.nanoTime();
        Outcome outcome = authenticator.authenticate(attempt);
        long took = System.nanoTime() - began;
        assertThat(outcome).isEqualTo(new Outcome.Refused());
        return took;
    }

    private static UserAccount account(String name, PasswordHasher hasher) {
        return new UserAccount(
                new UserId(name),
                Username.of(name),
                name,
                List.of(),
                hasher.hash(Password.of("right password")),
                false,
                Instant.EPOCH);
    }

    private static double median(long[] values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
