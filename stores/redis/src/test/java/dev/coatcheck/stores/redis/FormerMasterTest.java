package dev.coatcheck.stores.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Heard;
import dev.coatcheck.testkit.Sessions;
import dev.coatcheck.testkit.SilentProxy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A master that becomes a replica while a node is connected to it; {@code REPLICAOF} closes nobody's connection. */
class FormerMasterTest {
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    private RedisProcess first;
    private RedisProcess second;
    private Raw onFirst;
    private Raw onSecond;

    @BeforeEach
    void aMasterAndItsReplica() {
        first = RedisProcess.start(RedisBinary.EMBEDDED);
        second = RedisProcess.start(RedisBinary.EMBEDDED, "--replicaof", "127.0.0.1", Integer.toString(first.port()));
        onFirst = new Raw(first.url());
        onSecond = new Raw(second.url());
        await().until(() -> isInStep(onSecond));
    }

    @AfterEach
    void stop() {
        onFirst.close();
        onSecond.close();
        first.close();
        second.close();
    }

    @Test
    void whatAReplicaWasToldWithoutAWordIsNotBelieved() {
        try (RedisSessionStore here = at(first.port())) {
            Heard heard = heardBy(here);
            StoredSession session = stored(here);
            onFirst.commands().waitForReplication(1, 5_000);
            onSecond.commands().replicaofNoOne();
            // One write more than the other knows: so it will take a whole copy.
            onFirst.commands().set("x", "y");
            try (RedisSessionStore there = at(second.port())) {
                assertThat(there.end(session.id(), EndReason.SIGNED_OUT, now)).isTrue();
            }
            int missed = heard.timesMissed();
            follow();
            await().until(() -> here.find(session.id()).orElseThrow().ending().isPresent());
            long told = System.nanoTime();

            // Long enough for a dozen pings.
            await().during(Duration.ofSeconds(3))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> !isProvenAfter(here, told));

            onFirst.commands().replicaofNoOne();
            heard.awaitProofAfter(here.signals().orElseThrow(), told);
            assertThat(heard.timesMissed()).isGreaterThan(missed);
        }
    }

    @Test
    void aMasterThatWasAReplicaBetweenTwoPingsIsAnotherOne() {
        try (RedisSessionStore here = at(first.port())) {
            Heard heard = heardBy(here);
            int missed = heard.timesMissed();
            onSecond.commands().replicaofNoOne();
            onFirst.commands().replicaof("127.0.0.1", second.port());
            onFirst.commands().replicaofNoOne();
            heard.until(() -> heard.timesMissed() > missed, "that something may have been missed");
        }
    }

    @Test
    void anEarOnAReplicaProvesNothing() throws IOException {
        try (SilentProxy address = new SilentProxy(first.port());
                RedisSessionStore here = at(address.port())) {
            address.leadTo(second.port());
            Heard heard = new Heard();
            here.signals().orElseThrow().subscribe(heard);
            await().during(Duration.ofSeconds(2))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> here.signals().orElseThrow().provenAt().isEmpty());
            address.leadTo(first.port());
            heard.until(() -> here.signals().orElseThrow().provenAt().isPresent(), "a proof at the master");
        }
    }

    @Test
    void whoeverMayNotWriteAnyMoreLooksForTheMasterBehindTheSameAddress() throws IOException {
        try (SilentProxy address = new SilentProxy(first.port());
                RedisSessionStore here = at(address.port())) {
            StoredSession session = stored(here);
            onFirst.commands().waitForReplication(1, 5_000);
            onSecond.commands().replicaofNoOne();
            follow();
            address.leadTo(second.port());
            await().ignoreException(StoreUnavailableException.class)
                    .until(() -> here.end(session.id(), EndReason.SIGNED_OUT, now));
            assertThat(onSecond.commands().hget("coatcheck:{" + session.id() + "}", "x"))
                    .startsWith("SIGNED_OUT");
        }
    }

    @Test
    void aNodeThatOnlyReadsFindsTheMasterToo() throws IOException {
        try (SilentProxy address = new SilentProxy(first.port());
                RedisSessionStore here = at(address.port())) {
            Heard heard = heardBy(here);
            StoredSession session = stored(here);
            onFirst.commands().waitForReplication(1, 5_000);
            onSecond.commands().replicaofNoOne();
            follow();
            // The ear is refused there by now, and nobody asks the connection that reads.
            await().until(() -> here.signals().orElseThrow().provenAt().isEmpty());
            address.leadTo(second.port());
            heard.until(
                    () -> {
                        // While the connection is replaced it may not be found.
                        Sessions.isFound(here, session);
                        return here.signals().orElseThrow().provenAt().isPresent();
                    },
                    "a proof at the new master");
        }
    }

    /** The former master follows the new one. */
    private void follow() {
        onFirst.commands().replicaof("127.0.0.1", second.port());
        await().atMost(Duration.ofSeconds(20)).until(() -> isInStep(onFirst));
    }

    private static boolean isInStep(Raw server) {
        return server.commands().info("replication").contains("master_link_status:up");
    }

    private Heard heardBy(RedisSessionStore store) {
        Heard heard = new Heard();
        store.signals().orElseThrow().subscribe(heard);
        heard.until(() -> store.signals().orElseThrow().provenAt().isPresent(), "a proof");
        return heard;
    }

    private StoredSession stored(RedisSessionStore store) {
        StoredSession session = Sessions.of(Sessions.user(), now).build();
        store.create(session, PerUserLimit.DEFAULT);
        return session;
    }

    private static RedisSessionStore at(int port) {
        return RedisSessionStore.open(RedisSettings.DEFAULT
                .withAddress(RedisAddress.of("redis://127.0.0.1:" + port))
                .withTimeout(Duration.ofSeconds(2)));
    }

    private static boolean isProvenAfter(RedisSessionStore store, long nanos) {
        OptionalLong proven = store.signals().orElseThrow().provenAt();
        return proven.isPresent() && proven.getAsLong() - nanos > 0;
    }
}
