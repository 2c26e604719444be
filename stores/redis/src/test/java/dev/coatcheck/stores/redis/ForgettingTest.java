package dev.coatcheck.stores.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionChange.Touch;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The server forgets by itself, everything, and not too soon. */
class ForgettingTest {
    private static final Duration TOMBSTONES = Duration.ofMillis(150);

    @RegisterExtension
    static final RedisServerExtension REDIS = new RedisServerExtension(RedisBinary.EMBEDDED);

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final UserId user = Sessions.user();
    private RedisSettings settings = RedisSettings.DEFAULT;
    private RedisSessionStore store;
    private Raw raw;

    @BeforeEach
    void open() {
        settings = REDIS.settings().withTombstones(TOMBSTONES);
        store = RedisSessionStore.open(settings);
        raw = new Raw(REDIS.process().url());
        raw.commands().flushall();
    }

    @AfterEach
    void close() {
        raw.close();
        store.close();
    }

    @Test
    void theServersClockCanBeAsked() {
        Instant before = Instant.now();
        assertThat(store.serverTime().orElseThrow()).isBetween(before.minusMillis(1), Instant.now());
    }

    @Test
    void afterTheLastTombstonesEndTheDatabaseIsEmpty() {
        StoredSession ended = stored(brief(200));
        StoredSession raised = stored(Sessions.anonymous(now).idle(Duration.ofMillis(200)));
        stored(brief(300).attribute("a", "1"));
        stored(Sessions.of(user, now).idle(Duration.ofDays(30)).expiresAt(now.plus(Duration.ofDays(30))));
        StoredSession touched = stored(brief(100));
        apply(touched, SessionChange.NONE.with(new Touch(now, now.plusMillis(250))));
        apply(raised, SessionChange.NONE.with(Sessions.signIn(Sessions.user(), now)));
        store.end(ended.id(), EndReason.SIGNED_OUT, now);
        store.end(raised.id(), EndReason.SIGNED_OUT, now);
        PerUserLimit one = new PerUserLimit(3, PerUserLimit.Policy.END_OLDEST);
        store.create(brief(200).build(), one);
        store.endAll(user, new Cutoff(now, Optional.empty(), Duration.ofMillis(200)), EndReason.SIGNED_OUT, now);
        assertThat(raw.commands().dbsize()).isPositive();
        await().atMost(Duration.ofSeconds(10)).until(() -> raw.commands().dbsize() == 0);
    }

    @Test
    void afterTheLastOfManyTombstonesTheDatabaseIsEmpty() {
        for (int i = 0; i < 70; i++) {
            store.end(stored(brief(100)).id(), EndReason.SIGNED_OUT, now);
        }
        assertThat(raw.keys("*:user:*")).hasSize(1);
        await().atMost(Duration.ofSeconds(10)).until(() -> raw.commands().dbsize() == 0);
    }

    @Test
    void ofATombstoneThatWasForgottenNothingIsLeft() {
        try (RedisSessionStore daily = RedisSessionStore.open(settings.withTombstones(Duration.ofDays(1)))) {
            for (int i = 0; i < 70; i++) {
                StoredSession session = Sessions.of(user, now).build();
                daily.create(session, PerUserLimit.DEFAULT);
                daily.end(session.id(), EndReason.SIGNED_OUT, now.plusMillis(i));
            }
            daily.create(Sessions.of(user, now).build(), PerUserLimit.DEFAULT);
            // Fifty tombstones and a session; the user's sessions twice, and tombstones.
            assertThat(raw.keys("*")).hasSize(51 + 3);
        }
    }

    @Test
    void anIndexDoesNotOutliveItsLongestSession() {
        StoredSession remembered =
                stored(Sessions.of(user, now).idle(Duration.ofDays(30)).expiresAt(now.plus(Duration.ofDays(30))));
        stored(brief(100));
        store.end(remembered.id(), EndReason.SIGNED_OUT, now);
        await().atMost(Duration.ofSeconds(10)).until(() -> raw.commands().dbsize() == 0);
    }

    @Test
    void whatIsRefusedLeavesNothingBehind() {
        PerUserLimit one = new PerUserLimit(1, PerUserLimit.Policy.REFUSE);
        stored(brief(100));
        store.create(Sessions.of(user, now).build(), one);
        store.find(Sessions.id());
        store.end(Sessions.id(), EndReason.SIGNED_OUT, now);
        store.list(Sessions.user(), Optional.empty(), 10, now);
        apply(Sessions.of(user, now).build(), SessionChange.NONE);
        assertThat(raw.keys("*")).hasSize(3);
        await().atMost(Duration.ofSeconds(10)).until(() -> raw.commands().dbsize() == 0);
    }

    @Test
    void everyKeyHasAnEnd() {
        try (RedisSessionStore daily = RedisSessionStore.open(settings.withTombstones(Duration.ofDays(1)))) {
            StoredSession living = Sessions.of(user, now).build();
            StoredSession ended = Sessions.of(user, now).build();
            daily.create(living, PerUserLimit.DEFAULT);
            daily.create(ended, PerUserLimit.DEFAULT);
            daily.end(ended.id(), EndReason.SIGNED_OUT, now);
            daily.endAll(Sessions.user(), Cutoff.everything(now), EndReason.SIGNED_OUT, now);
            long day = Duration.ofDays(1).toMillis();
            Keys keys = new Keys(settings.prefix());
            assertThat(raw.commands().pttl(keys.record(ended.id()))).isBetween(day - 60_000, day);
            assertThat(raw.commands().pttl(keys.record(living.id())))
                    .isBetween(
                            day + living.idle().toMillis() - 60_000,
                            day + living.idle().toMillis());
            assertThat(raw.keys("*"))
                    .allSatisfy(key -> assertThat(raw.commands().pttl(key))
                            .isBetween(1L, day + living.idle().toMillis()));
        }
    }

    @Test
    void aCallersClockThatIsYearsOffChangesNoLifetime() {
        Instant past = Instant.parse("2001-02-03T04:05:06Z");
        StoredSession session = Sessions.of(user, past).build();
        store.create(session, PerUserLimit.DEFAULT);
        assertThat(raw.commands().pttl(new Keys(settings.prefix()).record(session.id())))
                .isBetween(
                        session.idle().toMillis() - 60_000,
                        session.idle().plus(TOMBSTONES).toMillis());
        assertThat(store.list(user, Optional.empty(), 10, past).items()).containsExactly(session);
    }

    private Sessions brief(int millis) {
        return Sessions.of(user, now).idle(Duration.ofMillis(millis));
    }

    private StoredSession stored(Sessions sample) {
        StoredSession session = sample.build();
        store.create(session, PerUserLimit.DEFAULT);
        return session;
    }

    private void apply(StoredSession session, SessionChange change) {
        store.apply(session.id(), new Guard(now, session.epoch()), change);
    }
}
