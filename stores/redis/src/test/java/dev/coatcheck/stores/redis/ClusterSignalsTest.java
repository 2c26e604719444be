package dev.coatcheck.stores.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionSignal;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Heard;
import dev.coatcheck.testkit.Sessions;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is heard in a Cluster, and when what they say proves nothing. */
class ClusterSignalsTest {
    private static final String WHOLE = """
            cluster_state:ok\r
            cluster_slots_assigned:16384\r
            cluster_known_nodes:3\r
            cluster_size:3\r
            cluster_current_epoch:7\r
            cluster_my_epoch:2\r
            """;

    private final Instant now = Instant.now();

    @Test
    void aMasterThatHadNoSlotsIsHeardBeforeItGetsItsFirst() {
        Heard heard = new Heard();
        try (ClusterExtension redis = new ClusterExtension(RedisBinary.EMBEDDED);
                RedisSessionStore store = RedisSessionStore.open(redis.settings());
                RedisProcess empty = RedisProcess.start(
                        RedisBinary.EMBEDDED, "--cluster-enabled", "yes", "--cluster-node-timeout", "2000");
                Raw newcomer = new Raw(empty.url());
                Raw first = new Raw(redis.processes().get(0).url())) {
            store.signals().orElseThrow().subscribe(heard);
            heard.awaitProofAfter(store.signals().orElseThrow(), System.nanoTime());
            newcomer.commands()
                    .clusterMeet("127.0.0.1", redis.processes().get(0).port());
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> newcomer.commands().clientList().contains(" sub=1 "));
            heard.awaitProofAfter(store.signals().orElseThrow(), System.nanoTime());

            StoredSession session = sessionOn(first, store);
            int slot = SlotHash.getSlot(session.id().toString());
            String to = newcomer.commands().clusterMyId();
            String from = first.commands().clusterMyId();
            // A slot with nothing in it, so that there is nothing to move.
            newcomer.commands().clusterSetSlotImporting(slot, from);
            first.commands().clusterSetSlotMigrating(slot, to);
            newcomer.commands().clusterSetSlotNode(slot, to);
            first.commands().clusterSetSlotNode(slot, to);
            await().atMost(Duration.ofSeconds(20))
                    .ignoreExceptions()
                    .until(() -> store.create(session, PerUserLimit.DEFAULT) != null);
            heard.awaitProofAfter(store.signals().orElseThrow(), System.nanoTime());
            assertThat(store.end(session.id(), EndReason.SIGNED_OUT, now)).isTrue();
            heard.await(new SessionSignal.Ended(session.id(), EndReason.SIGNED_OUT));
        }
    }

    /** The nodes that a Cluster names come without what the address said about how to meet them. */
    @Test
    void aClusterWithAPasswordIsHeard() {
        Heard heard = new Heard();
        try (ClusterExtension redis = new ClusterExtension(RedisBinary.EMBEDDED)) {
            RedisSettings settings = redis.settings();
            redis.processes().forEach(process -> {
                try (Raw raw = new Raw(process.url())) {
                    raw.commands().configSet("requirepass", "pw");
                }
            });
            String address = settings.address().toString().replace("://", "://:pw@");
            try (RedisSessionStore store = RedisSessionStore.open(settings.withAddress(RedisAddress.of(address)))) {
                store.signals().orElseThrow().subscribe(heard);
                heard.awaitProofAfter(store.signals().orElseThrow(), System.nanoTime());
                StoredSession session = Sessions.of(Sessions.user(), now).build();
                store.create(session, PerUserLimit.DEFAULT);
                assertThat(store.end(session.id(), EndReason.SIGNED_OUT, now)).isTrue();
                heard.await(new SessionSignal.Ended(session.id(), EndReason.SIGNED_OUT));
            }
        }
    }

    /** Not stored yet, and its slot lies there. */
    private StoredSession sessionOn(Raw node, RedisSessionStore store) {
        while (true) {
            StoredSession session = Sessions.anonymous(now).build();
            int slot = SlotHash.getSlot(session.id().toString());
            // The first of three masters has the first third.
            if (slot < 16_384 / 3 && node.commands().clusterCountKeysInSlot(slot) == 0) {
                assertThat(store.find(session.id())).isEmpty();
                return session;
            }
        }
    }

    @Test
    void aWordThatFitsHasToComeFromAMasterOfTheSameClusterAsTheOthers() {
        View view = new View(new Masters(List.of(uri(1), uri(2), uri(3)), 3));
        assertThat(view.fits(word("master", WHOLE))).isTrue();
        assertThat(view.fits(word("master", WHOLE.replace("my_epoch:2", "my_epoch:3"))))
                .isTrue();
        assertThat(view.fits(word("slave", WHOLE))).isFalse();
        assertThat(view.fits(word("master", WHOLE.replace("state:ok", "state:fail"))))
                .isFalse();
        assertThat(view.fits(word("master", WHOLE.replace("size:3", "size:4")))).isFalse();
        assertThat(view.fits(word("master", WHOLE.replace("current_epoch:7", "current_epoch:8"))))
                .isFalse();
        assertThat(view.fits(word("master", ""))).isFalse();
        assertThat(View.none().isOver()).isTrue();
    }

    private static ClusterWord word(String role, String info) {
        return ClusterWord.of(List.of(role, 0L), info);
    }

    private static RedisURI uri(int port) {
        return RedisURI.create("127.0.0.1", port);
    }
}
