package dev.coatcheck.stores.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.session.Device;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Race;
import dev.coatcheck.testkit.Rounds;
import dev.coatcheck.testkit.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a session costs the server in memory, with one attribute and a real browser's user agent. */
class FootprintTest {
    private static final int SESSIONS = Rounds.of(1_600, 100_000);
    private static final String BROWSER =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    @Test
    void aSessionTakesLessThanTwoKilobytes() {
        try (RedisProcess redis = RedisProcess.start(RedisBinary.EMBEDDED);
                RedisSessionStore store = RedisSessionStore.open(RedisSettings.DEFAULT
                        .withAddress(RedisAddress.of(redis.url()))
                        .withTimeout(Duration.ofSeconds(30)));
                Raw raw = new Raw(redis.url())) {
            long anonymous = perSession(raw, () -> store.create(sample(Sessions.anonymous(now)), PerUserLimit.DEFAULT));
            long signedIn = perSession(
                    raw, () -> store.create(sample(Sessions.of(Sessions.user(), now)), PerUserLimit.DEFAULT));
            long tombstone = perSession(raw, () -> {
                StoredSession session = sample(Sessions.of(Sessions.user(), now));
                store.create(session, PerUserLimit.DEFAULT);
                store.end(session.id(), EndReason.SIGNED_OUT, now);
            });
            System.out.printf(
                    "bytes in Redis for a session: anonymous %d, signed in %d with its user's index, ended %d%n",
                    anonymous, signedIn, tombstone);
            assertThat(Stream.of(anonymous, signedIn, tombstone)).allMatch(bytes -> bytes < 2_000);
        }
    }

    private static long perSession(Raw raw, Runnable create) {
        long before = used(raw);
        Race.of(8, racer -> () -> {
            for (int i = 0; i < SESSIONS / 8; i++) {
                create.run();
            }
            return racer;
        });
        return (used(raw) - before) / SESSIONS;
    }

    private static long used(Raw raw) {
        return raw.commands()
                .info("memory")
                .lines()
                .filter(line -> line.startsWith("used_memory:"))
                .mapToLong(line ->
                        Long.parseLong(line.substring("used_memory:".length()).strip()))
                .findFirst()
                .orElseThrow();
    }

    private StoredSession sample(Sessions session) {
        return session.device(new Device("Chrome on Linux", BROWSER, "192.0.2.7"))
                .attribute("cart", "{\"items\":[1,2,3],\"currency\":\"EUR\"}")
                .build();
    }
}
