package dev.coatcheck.stores.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coatcheck.store.Changed;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionChange.AttributeChange;
import dev.coatcheck.store.SessionChange.Touch;
import dev.coatcheck.store.SessionSignal;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Heard;
import dev.coatcheck.testkit.Rounds;
import dev.coatcheck.testkit.Sessions;
import dev.coatcheck.testkit.SilentProxy;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.KillArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A change is published to nobody where nobody else listens, and whoever listens misses nothing by that. */
class OnlyEarTest {
    @RegisterExtension
    static final RedisServerExtension REDIS = new RedisServerExtension(RedisBinary.EMBEDDED);

    private static final Duration TIMEOUT = Duration.ofMillis(300);

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final Heard heard = new Heard();

    @ParameterizedTest
    @EnumSource(RedisBinary.class)
    void whereNobodyElseListensAChangeIsToldByItsAnswerAlone(RedisBinary binary) throws IOException {
        try (RedisProcess redis = RedisProcess.start(binary);
                RedisSessionStore store = at(redis.port());
                Raw raw = new Raw(redis.url());
                Monitor monitor = new Monitor(redis.port())) {
            store.signals().orElseThrow().subscribe(heard);
            awaitUntold(store, monitor, raw);
            StoredSession session = stored(store);
            monitor.sentByScriptsUntil(raw);
            for (int i = 1; i <= 20; i++) {
                long revision = applied(store, session, SessionChange.NONE.with("n", new AttributeChange.Put("" + i)));
                assertThat(heard.all()).contains(new SessionSignal.Written(session.id(), revision));
            }
            assertThat(monitor.sentByScriptsUntil(raw)).contains("hset").doesNotContain("publish");
            // What may fail after the write.
            applied(
                    store,
                    session,
                    SessionChange.NONE.with(
                            new Touch(now.plusSeconds(9), session.deadline().plusSeconds(9))));
            assertThat(monitor.sentByScriptsUntil(raw)).containsOnlyOnce("publish");
            applied(store, session, SessionChange.NONE.with("n", new AttributeChange.Remove()));
            assertThat(monitor.sentByScriptsUntil(raw)).containsOnlyOnce("publish");
            applied(store, session, SessionChange.NONE.with(Sessions.signIn(Sessions.user(), now)));
            assertThat(monitor.sentByScriptsUntil(raw)).containsOnlyOnce("publish");
            store.end(session.id(), EndReason.SIGNED_OUT, now);
            assertThat(monitor.sentByScriptsUntil(raw)).containsOnlyOnce("publish");
            heard.await(new SessionSignal.Ended(session.id(), EndReason.SIGNED_OUT));
        }
    }

    @Test
    void whoeverComesWhileOthersWriteHearsEverythingFromTheFirstProofOn() throws Exception {
        RedisSettings settings = REDIS.settings();
        try (RedisSessionStore store = RedisSessionStore.open(settings);
                Raw raw = new Raw(REDIS.process().url());
                Monitor monitor = new Monitor(REDIS.process().port())) {
            store.signals().orElseThrow().subscribe(heard);
            StoredSession session = stored(store);
            for (int round = 0; round < Rounds.of(5, 100); round++) {
                awaitUntold(store, monitor, raw);
                Heard there = new Heard();
                try (RedisSessionStore other = RedisSessionStore.open(settings)) {
                    other.signals().orElseThrow().subscribe(there);
                    while (!proven(other)) {
                        applied(store, session, SessionChange.NONE);
                    }
                    for (int i = 0; i < 20; i++) {
                        long revision = applied(store, session, SessionChange.NONE);
                        there.await(new SessionSignal.Written(session.id(), revision));
                        heard.await(new SessionSignal.Written(session.id(), revision));
                    }
                }
            }
        }
    }

    /** A write whose connection was given up long ago, and that the server gets only now. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWriteThatLandsLateIsTold(boolean formerEarStaysOpen) throws IOException {
        try (RedisProcess redis = RedisProcess.start(RedisBinary.EMBEDDED);
                SilentProxy proxy = new SilentProxy(redis.port());
                RedisSessionStore store = at(proxy.port());
                Raw raw = new Raw(redis.url());
                Monitor monitor = new Monitor(redis.port())) {
            store.signals().orElseThrow().subscribe(heard);
            awaitUntold(store, monitor, raw);
            StoredSession session = stored(store);
            proxy.holdRequestsOfThoseThatSaid("SCRIPT");
            assertThatThrownBy(() -> applied(store, session, SessionChange.NONE))
                    .isInstanceOf(StoreUnavailableException.class);
            heard.until(() -> revision(store, session) == session.revision(), "another connection that reads");
            awaitProofAfter(store, System.nanoTime());
            if (!formerEarStaysOpen) {
                raw.commands().clientKill(KillArgs.Builder.id(eldestEar(raw)));
            }
            proxy.release();
            heard.await(new SessionSignal.Written(session.id(), session.revision() + 1));
            assertThat(revision(store, session)).isEqualTo(session.revision() + 1);
        }
    }

    @Test
    void aWriteThatLandsLateFromAConnectionThatBrokeIsTold() throws IOException {
        try (RedisProcess redis = RedisProcess.start(RedisBinary.EMBEDDED);
                SilentProxy proxy = new SilentProxy(redis.port());
                RedisSessionStore store = at(proxy.port());
                Raw raw = new Raw(redis.url());
                Monitor monitor = new Monitor(redis.port())) {
            store.signals().orElseThrow().subscribe(heard);
            awaitUntold(store, monitor, raw);
            StoredSession session = stored(store);
            proxy.holdRequestsOfThoseThatSaid("SCRIPT");
            assertThatThrownBy(() -> applied(store, session, SessionChange.NONE))
                    .isInstanceOf(StoreUnavailableException.class);
            proxy.hangUpOnThoseThatSaid("SCRIPT");
            heard.until(() -> revision(store, session) == session.revision(), "another connection that reads");
            awaitProofAfter(store, System.nanoTime());
            proxy.release();
            heard.await(new SessionSignal.Written(session.id(), session.revision() + 1));
        }
    }

    private static long eldestEar(Raw raw) {
        return raw.commands()
                .clientList()
                .lines()
                .filter(line -> line.contains(" sub=2 "))
                .map(line -> Long.parseLong(line.substring("id=".length(), line.indexOf(' '))))
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    @Test
    void aWriteThatNobodyWaitsForAnyMoreIsToldByItsAnswer() throws IOException {
        try (RedisProcess redis = RedisProcess.start(RedisBinary.EMBEDDED);
                SilentProxy proxy = new SilentProxy(redis.port());
                RedisSessionStore store = at(proxy.port());
                Raw raw = new Raw(redis.url());
                Monitor monitor = new Monitor(redis.port())) {
            store.signals().orElseThrow().subscribe(heard);
            awaitUntold(store, monitor, raw);
            StoredSession session = stored(store);
            monitor.sentByScriptsUntil(raw);
            proxy.holdRequestsOfThoseThatSaid("SCRIPT");
            assertThatThrownBy(() -> applied(store, session, SessionChange.NONE))
                    .isInstanceOf(StoreUnavailableException.class);
            proxy.release();
            heard.await(new SessionSignal.Written(session.id(), session.revision() + 1));
            assertThat(monitor.sentByScriptsUntil(raw)).contains("hset").doesNotContain("publish");
        }
    }

    @Test
    void nothingIsProvenPastAWriteWhoseAnswerIsOnItsWay() throws Exception {
        try (RedisProcess redis = RedisProcess.start(RedisBinary.EMBEDDED);
                SilentProxy proxy = new SilentProxy(redis.port());
                RedisSessionStore store = at(proxy.port(), Duration.ofSeconds(10));
                Raw raw = new Raw(redis.url());
                Monitor monitor = new Monitor(redis.port())) {
            store.signals().orElseThrow().subscribe(heard);
            awaitUntold(store, monitor, raw);
            StoredSession session = stored(store);
            monitor.sentByScriptsUntil(raw);
            proxy.holdAnswersToThoseThatSaid("SCRIPT");
            CompletableFuture<Long> writing =
                    CompletableFuture.supplyAsync(() -> applied(store, session, SessionChange.NONE));
            await().until(() -> monitor.sentByScriptsUntil(raw).contains("hset"));
            long done = System.nanoTime();
            heard.until(
                    () -> {
                        OptionalLong proven = store.signals().orElseThrow().provenAt();
                        assertThat(proven.isPresent() && proven.getAsLong() - done > 0)
                                .isFalse();
                        return proven.isEmpty();
                    },
                    "the end of the proof");
            proxy.release();
            writing.get();
            heard.await(new SessionSignal.Written(session.id(), session.revision() + 1));
        }
    }

    /** What is published reaches a replica too, but a master does not count who listens there. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anEarOnAReplicaProvesNothing(boolean allowedTheCommonChannelOnly) throws IOException {
        try (RedisProcess master = RedisProcess.start(RedisBinary.EMBEDDED);
                RedisProcess replica = RedisProcess.start(
                        RedisBinary.EMBEDDED, "--replicaof", "127.0.0.1", Integer.toString(master.port()));
                Raw onMaster = new Raw(master.url());
                Raw onReplica = new Raw(replica.url());
                SilentProxy address = new SilentProxy(master.port())) {
            for (Raw raw : List.of(onMaster, onReplica)) {
                raw.commands().aclSetuser("app", app(allowedTheCommonChannelOnly));
            }
            await().until(() -> onReplica.commands().info("replication").contains("master_link_status:up"));
            try (RedisSessionStore here = at("redis://app:pw@127.0.0.1:" + address.port(), Duration.ofSeconds(5));
                    RedisSessionStore there = at(master.port())) {
                Heard writing = new Heard();
                there.signals().orElseThrow().subscribe(writing);
                writing.until(() -> proven(there), "proof");
                address.leadTo(replica.port());
                long before = connections(onReplica);
                here.signals().orElseThrow().subscribe(heard);
                heard.until(
                        () -> {
                            assertThat(proven(here)).isFalse();
                            return connections(onReplica) >= before + 3;
                        },
                        "three tries to hear the replica");
                address.leadTo(master.port());
                heard.until(() -> proven(here), "proof");
                StoredSession session = stored(there);
                applied(there, session, SessionChange.NONE);
                heard.await(new SessionSignal.Written(session.id(), session.revision() + 1));
            }
        }
    }

    private static AclSetuserArgs app(boolean commonChannelOnly) {
        AclSetuserArgs app = AclSetuserArgs.Builder.on()
                .addPassword("pw")
                .allKeys()
                .allCommands()
                .resetChannels();
        return commonChannelOnly ? app.channelPattern("coatcheck:signals:0") : app.channelPattern("coatcheck:*");
    }

    private static long connections(Raw raw) {
        return raw.commands()
                .info("stats")
                .lines()
                .filter(line -> line.startsWith("total_connections_received:"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aUserWithoutTheNewRightsIsToldOfEverything(boolean allowedTheCommonChannelOnly) throws IOException {
        try (RedisProcess redis = RedisProcess.start(RedisBinary.EMBEDDED);
                Raw raw = new Raw(redis.url());
                Monitor monitor = new Monitor(redis.port())) {
            AclSetuserArgs app = app(allowedTheCommonChannelOnly);
            raw.commands().aclSetuser("app", allowedTheCommonChannelOnly ? app : app.removeCommand(CommandType.PUBSUB));
            try (RedisSessionStore store = at("redis://app:pw@127.0.0.1:" + redis.port(), TIMEOUT)) {
                store.signals().orElseThrow().subscribe(heard);
                awaitProofAfter(store, System.nanoTime());
                awaitProofAfter(store, System.nanoTime());
                StoredSession session = stored(store);
                monitor.sentByScriptsUntil(raw);
                long revision = applied(store, session, SessionChange.NONE);
                heard.await(new SessionSignal.Written(session.id(), revision));
                assertThat(monitor.sentByScriptsUntil(raw)).containsOnlyOnce("publish");
            }
        }
    }

    /** As it is with servers and users that know only the older protocol. */
    @Test
    void theOlderProtocolDoesTheSame() throws IOException {
        try (RedisProcess redis = RedisProcess.start(RedisBinary.EMBEDDED, "--rename-command", "HELLO", "");
                RedisSessionStore store = at(redis.port());
                Raw raw = new Raw(redis.url());
                Monitor monitor = new Monitor(redis.port())) {
            store.signals().orElseThrow().subscribe(heard);
            awaitUntold(store, monitor, raw);
            Heard there = new Heard();
            try (RedisSessionStore other = at(redis.port())) {
                other.signals().orElseThrow().subscribe(there);
                there.until(() -> proven(other), "proof");
                StoredSession session = stored(store);
                long revision = applied(store, session, SessionChange.NONE);
                there.await(new SessionSignal.Written(session.id(), revision));
                other.end(session.id(), EndReason.SIGNED_OUT, now);
                heard.await(new SessionSignal.Ended(session.id(), EndReason.SIGNED_OUT));
            }
            awaitUntold(store, monitor, raw);
        }
    }

    @Test
    void afterAFailoverTheNewMasterTells() {
        try (SentinelExtension redis = new SentinelExtension(RedisBinary.EMBEDDED);
                RedisSessionStore store =
                        RedisSessionStore.open(redis.settings().withTimeout(TIMEOUT))) {
            store.signals().orElseThrow().subscribe(heard);
            heard.until(() -> proven(store), "proof");
            int missed = heard.timesMissed();
            redis.master().kill();
            await().atMost(Duration.ofSeconds(30)).until(() -> isWritten(store));
            await().atMost(Duration.ofSeconds(30)).until(() -> proven(store) && heard.timesMissed() > missed);
            StoredSession session = stored(store);
            for (int i = 1; i <= 20; i++) {
                applied(store, session, SessionChange.NONE);
                heard.await(new SessionSignal.Written(session.id(), session.revision() + i));
            }
        }
    }

    private boolean isWritten(RedisSessionStore store) {
        try {
            return applied(store, stored(store), SessionChange.NONE) > 0;
        } catch (StoreUnavailableException e) {
            return false;
        }
    }

    /** Until a change is told by its answer: nobody else listens, and this node knows it. */
    private void awaitUntold(RedisSessionStore store, Monitor monitor, Raw raw) {
        StoredSession session = stored(store);
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            monitor.sentByScriptsUntil(raw);
            applied(store, session, SessionChange.NONE);
            return !monitor.sentByScriptsUntil(raw).contains("publish");
        });
    }

    private static RedisSessionStore at(int port) {
        return at(port, TIMEOUT);
    }

    private static RedisSessionStore at(int port, Duration timeout) {
        return at("redis://127.0.0.1:" + port, timeout);
    }

    private static RedisSessionStore at(String address, Duration timeout) {
        return RedisSessionStore.open(
                RedisSettings.DEFAULT.withAddress(RedisAddress.of(address)).withTimeout(timeout));
    }

    private long applied(RedisSessionStore store, StoredSession session, SessionChange change) {
        Changed changed = store.apply(session.id(), new Guard(now, session.epoch()), change);
        return ((Changed.Applied) changed).revision();
    }

    /** Or -1 while the store does not answer. */
    private static long revision(RedisSessionStore store, StoredSession session) {
        try {
            return store.find(session.id()).orElseThrow().revision();
        } catch (StoreUnavailableException e) {
            return -1;
        }
    }

    private void awaitProofAfter(RedisSessionStore store, long nanos) {
        heard.awaitProofAfter(store.signals().orElseThrow(), nanos);
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
