package dev.coatcheck.stores.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionChange.AttributeChange;
import dev.coatcheck.store.SessionChange.TokenChange;
import dev.coatcheck.store.SessionChange.Touch;
import dev.coatcheck.store.SessionSignal;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Heard;
import dev.coatcheck.testkit.Sessions;
import dev.coatcheck.testkit.SilentProxy;
import dev.coatcheck.token.SessionId;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.KillArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
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
    void aWriteThatIsRefusedForWantOfMemoryIsNotTold() {
        Heard heard = new Heard();
        try (RedisProcess full = RedisProcess.start(RedisBinary.EMBEDDED, "--maxmemory-policy", "noeviction");
                RedisSessionStore store =
                        RedisSessionStore.open(RedisSettings.DEFAULT.withAddress(RedisAddress.of(full.url())));
                Raw raw = new Raw(full.url())) {
            store.signals().orElseThrow().subscribe(heard);
            heard.until(() -> proven(store), "proof");
            StoredSession session = stored(store);
            raw.commands().configSet("maxmemory", "1");
            assertThatThrownBy(() -> store.end(session.id(), EndReason.SIGNED_OUT, now))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasStackTraceContaining("OOM");
            assertThatThrownBy(() -> store.apply(session.id(), new Guard(now, session.epoch()), SessionChange.NONE))
                    .isInstanceOf(StoreUnavailableException.class);
            heard.awaitProofAfter(store.signals().orElseThrow(), System.nanoTime());
            assertThat(heard.of(session.id())).isEmpty();
            assertThat(store.find(session.id())).contains(session);
        }
    }

    @Test
    void aWriteThatMayNoLongerBeToldIsUndone() {
        RedisSettings settings = REDIS.settings();
        try (Raw raw = new Raw(REDIS.process().url())) {
            AclSetuserArgs mayTell = AclSetuserArgs.Builder.on()
                    .addPassword("pw")
                    .allKeys()
                    .allCommands()
                    .allChannels();
            raw.commands().aclSetuser("told", mayTell);
            try (RedisSessionStore store = RedisSessionStore.open(settings.withAddress(RedisAddress.of(
                    "redis://told:pw@127.0.0.1:" + REDIS.process().port())))) {
                StoredSession session =
                        Sessions.of(Sessions.user(), now).attribute("old", "1").build();
                store.create(session, PerUserLimit.DEFAULT);
                raw.commands().aclSetuser("told", AclSetuserArgs.Builder.removeCommand(CommandType.PUBLISH));
                assertThatThrownBy(() -> store.end(session.id(), EndReason.SIGNED_OUT, now))
                        .isInstanceOf(StoreUnavailableException.class);
                for (SessionChange change : List.of(
                        SessionChange.NONE,
                        SessionChange.NONE
                                .with("old", new AttributeChange.Put("2"))
                                .with("new", new AttributeChange.Swap("3", 0))
                                .with(new Touch(now.plusSeconds(9), now.plusSeconds(36_000)))
                                .with(new TokenChange(session.token(), Sessions.rotated(session.token(), now))),
                        SessionChange.NONE.with("old", new AttributeChange.Remove()),
                        SessionChange.NONE.with(Sessions.signIn(Sessions.user(), now)))) {
                    assertThatThrownBy(() -> store.apply(session.id(), new Guard(now, session.epoch()), change))
                            .isInstanceOf(StoreUnavailableException.class);
                    assertThat(store.find(session.id())).contains(session);
                }
            }
        }
    }

    @Test
    void aPingThatIsRefusedOnceIsSentAgainAndNothingIsThrownAway() {
        RedisAddress address = RedisAddress.of(REDIS.process().url().replace("://", "://pinging:pw@"));
        Heard heard = new Heard();
        try (Raw raw = new Raw(REDIS.process().url())) {
            raw.letIn("pinging");
            try (RedisSessionStore store =
                    RedisSessionStore.open(REDIS.settings().withAddress(address))) {
                store.signals().orElseThrow().subscribe(heard);
                heard.awaitProofAfter(store.signals().orElseThrow(), System.nanoTime());
                int missed = heard.timesMissed();
                raw.commands().configResetstat();
                raw.commands().aclSetuser("pinging", AclSetuserArgs.Builder.removeCommand(CommandType.PUBLISH));
                await().until(() ->
                        raw.commands().info("commandstats").matches("(?s).*publish:[^\\n]*rejected_calls=[1-9].*"));
                raw.commands().aclSetuser("pinging", AclSetuserArgs.Builder.addCommand(CommandType.PUBLISH));
                heard.awaitProofAfter(store.signals().orElseThrow(), System.nanoTime());
                assertThat(heard.timesMissed()).isEqualTo(missed);
            } finally {
                raw.commands().aclDeluser("pinging");
            }
        }
    }

    @Test
    void anAddressThatMovedToAnotherServerIsNotProvenByTheFormerOne() throws IOException {
        Heard heard = new Heard();
        try (RedisProcess former = RedisProcess.start(RedisBinary.EMBEDDED);
                RedisProcess next = RedisProcess.start(RedisBinary.EMBEDDED);
                SilentProxy address = new SilentProxy(former.port());
                RedisSessionStore here = at(address.port());
                RedisSessionStore there = at(next.port());
                Raw raw = new Raw(former.url())) {
            here.signals().orElseThrow().subscribe(heard);
            heard.until(() -> proven(here), "proof");
            int missed = heard.timesMissed();
            address.leadTo(next.port());
            // The ear's connection stays, and its server goes on answering.
            raw.commands().clientKill(KillArgs.Builder.typeNormal().skipme());
            StoredSession session = stored(there);
            heard.until(() -> Sessions.isFound(here, session), "the other server behind the address");
            there.end(session.id(), EndReason.REVOKED_BY_ADMIN, now);
            heard.awaitProofAfter(here.signals().orElseThrow(), System.nanoTime());
            assertThat(heard.timesMissed() > missed
                            || heard.of(session.id())
                                    .contains(new SessionSignal.Ended(session.id(), EndReason.REVOKED_BY_ADMIN)))
                    .isTrue();
            StoredSession second = stored(there);
            there.end(second.id(), EndReason.SIGNED_OUT, now);
            heard.await(new SessionSignal.Ended(second.id(), EndReason.SIGNED_OUT));
        }
    }

    private static RedisSessionStore at(int port) {
        return RedisSessionStore.open(RedisSettings.DEFAULT.withAddress(RedisAddress.of("redis://127.0.0.1:" + port)));
    }

    @Test
    void anUnknownReasonIsAWrittenSessionAndAnUnknownWordIsTakenForEverything() {
        RedisSettings settings = REDIS.settings();
        Heard heard = new Heard();
        try (RedisSessionStore store = RedisSessionStore.open(settings);
                Raw raw = new Raw(REDIS.process().url())) {
            store.signals().orElseThrow().subscribe(heard);
            heard.until(() -> proven(store), "proof");
            int missed = heard.timesMissed();
            SessionId id = Sessions.id();
            raw.commands().publish(settings.prefix() + ":signals:0", "E A_REASON_TO_COME " + id);
            heard.await(new SessionSignal.Written(id, OptionalLong.empty()));
            raw.commands().publish(settings.prefix() + ":signals:0", "X " + id);
            heard.awaitMissed(missed);
            missed = heard.timesMissed();
            raw.commands().publish(settings.prefix() + ":signals:0", "W " + id + " x7");
            heard.awaitMissed(missed);
        }
    }

    @Test
    void aWriteThatAnEarlierReleaseToldIsOfAnyRevision() {
        RedisSettings settings = REDIS.settings();
        Heard heard = new Heard();
        try (RedisSessionStore store = RedisSessionStore.open(settings);
                Raw raw = new Raw(REDIS.process().url())) {
            store.signals().orElseThrow().subscribe(heard);
            heard.until(() -> proven(store), "proof");
            SessionId id = Sessions.id();
            raw.commands().publish(settings.prefix() + ":signals:0", "W " + id);
            heard.await(new SessionSignal.Written(id, OptionalLong.empty()));
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
                .isInstanceOf(RedisSetupException.class)
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
