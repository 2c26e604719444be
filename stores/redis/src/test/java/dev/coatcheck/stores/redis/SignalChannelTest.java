package dev.coatcheck.stores.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionSignal;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Heard;
import dev.coatcheck.testkit.Sessions;
import io.lettuce.core.AclSetuserArgs;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who hears the channel of signals, and when it is told. */
class SignalChannelTest {
    @RegisterExtension
    static final RedisServerExtension REDIS = new RedisServerExtension(RedisBinary.EMBEDDED);

    private final Instant now = Instant.now();

    @Test
    void aSignalIsSentWithinTheScriptThatWrites() throws IOException {
        try (RedisSessionStore store = RedisSessionStore.open(REDIS.settings());
                Raw raw = new Raw(REDIS.process().url());
                Monitor monitor = new Monitor(REDIS.process().port())) {
            StoredSession session = stored(store);
            monitor.sentUntil(raw);
            store.apply(session.id(), new Guard(now, session.epoch()), SessionChange.NONE);
            assertThat(monitor.sentByScriptsUntil(raw)).containsOnlyOnce("publish");
            store.end(session.id(), EndReason.SIGNED_OUT, now);
            assertThat(monitor.sentByScriptsUntil(raw)).containsOnlyOnce("publish");
            store.end(session.id(), EndReason.SIGNED_OUT, now);
            assertThat(monitor.sentByScriptsUntil(raw)).doesNotContain("publish");
        }
    }

    @Test
    void anotherPrefixAndAnotherDatabaseHearNothing() {
        RedisSettings settings = REDIS.settings();
        Heard here = new Heard();
        Heard inTheNextDatabase = new Heard();
        Heard underAnotherPrefix = new Heard();
        try (RedisSessionStore store = RedisSessionStore.open(settings);
                RedisSessionStore next = RedisSessionStore.open(
                        settings.withAddress(RedisAddress.of(REDIS.process().url() + "/1")));
                RedisSessionStore other = RedisSessionStore.open(settings.withPrefix("other"))) {
            store.signals().orElseThrow().subscribe(here);
            next.signals().orElseThrow().subscribe(inTheNextDatabase);
            other.signals().orElseThrow().subscribe(underAnotherPrefix);
            here.until(() -> proven(store) && proven(next) && proven(other), "proof");
            StoredSession session = stored(store);
            store.end(session.id(), EndReason.SIGNED_OUT, now);
            here.await(new SessionSignal.Ended(session.id(), EndReason.SIGNED_OUT));
            StoredSession second = stored(next);
            next.end(second.id(), EndReason.SIGNED_OUT, now);
            inTheNextDatabase.await(new SessionSignal.Ended(second.id(), EndReason.SIGNED_OUT));
            assertThat(inTheNextDatabase.of(session.id())).isEmpty();
            assertThat(underAnotherPrefix.all()).isEmpty();
        }
    }

    @Test
    void aUserWhoMayNotUseTheChannelIsToldSoAtTheStart() {
        RedisSettings settings = REDIS.settings();
        try (Raw raw = new Raw(REDIS.process().url())) {
            raw.commands()
                    .aclSetuser(
                            "deaf",
                            AclSetuserArgs.Builder.on()
                                    .addPassword("pw")
                                    .allKeys()
                                    .allCommands()
                                    .resetChannels());
        }
        RedisSettings deaf = settings.withAddress(
                RedisAddress.of("redis://deaf:pw@127.0.0.1:" + REDIS.process().port()));
        assertThatThrownBy(() -> RedisSessionStore.open(deaf))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("ACL SETUSER")
                .hasMessageContaining("&" + settings.prefix() + ":signals:0");
    }

    @Test
    void aChannelThatWasOpenedByNobodyCostsNoConnection() {
        try (Raw raw = new Raw(REDIS.process().url());
                RedisSessionStore store = RedisSessionStore.open(REDIS.settings())) {
            stored(store);
            assertThat(store.signals().orElseThrow().provenAt()).isEmpty();
            assertThat(raw.commands().clientList().lines().filter(line -> line.contains(" sub=1 ")))
                    .isEmpty();
        }
    }

    private static boolean proven(RedisSessionStore store) {
        return store.signals().orElseThrow().provenAt().isPresent();
    }

    private StoredSession stored(RedisSessionStore store) {
        StoredSession session = Sessions.of(Sessions.user(), now).build();
        store.create(session, PerUserLimit.DEFAULT);
        return session;
    }
}
