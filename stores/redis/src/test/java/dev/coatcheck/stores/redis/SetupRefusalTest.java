package dev.coatcheck.stores.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.AclCategory;
import io.lettuce.core.AclSetuserArgs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody reads whose Redis can't be used: where, why, and the way out, soon. */
class SetupRefusalTest {
    private static final String PASSWORD = "hunter2-Geheim";

    @TempDir
    Path folder;

    private static void refused(String address, String why, String way) {
        long start = System.nanoTime();
        RedisSettings settings = RedisSettings.DEFAULT.withAddress(RedisAddress.of(address));
        assertThatThrownBy(() -> RedisSessionStore.open(settings).close())
                .isInstanceOf(RedisSetupException.class)
                .hasMessageStartingWith("the Redis " + settings.address() + " can't be used: " + why)
                .hasMessageContaining(way)
                .hasMessageNotContaining(PASSWORD);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void aWrongPasswordOrNone() {
        String why = "it refuses the user or the password. ";
        String way = "Write them as its ACL or requirepass has them: user:password@ or :password@ before the host";
        try (RedisProcess redis = RedisProcess.start(RedisBinary.EMBEDDED, "--requirepass", PASSWORD)) {
            String host = "127.0.0.1:" + redis.port();
            refused("redis://:wrong@" + host, why, way);
            refused("redis://someone:" + PASSWORD + "@" + host, why, way);
            refused("redis://" + host, why, way);
            assertThatThrownBy(() -> RedisSessionStore.open(
                            RedisSettings.DEFAULT.withAddress(RedisAddress.of("redis://127.0.0.1:1,redis://" + host))))
                    .isInstanceOf(RedisSetupException.class)
                    .hasMessageStartingWith("the Redis redis://" + host + " can't be used: " + why);
        }
    }

    @Test
    void whatAServerRepeatsOfAQuestionIsLeftOut() {
        assertThat(SetupRefusal.withoutArguments(
                        "ERR unknown command `HELLO`, with args beginning with: `3`, `AUTH`, `ann`, `" + PASSWORD
                                + "`, "))
                .isEqualTo("ERR unknown command `HELLO`");
        assertThat(SetupRefusal.withoutArguments("ERR something else")).isEqualTo("ERR something else");
    }

    @Test
    void tlsWhereThereIsNone() {
        try (RedisProcess redis = RedisProcess.start(RedisBinary.EMBEDDED)) {
            refused(
                    "rediss://127.0.0.1:" + redis.port(),
                    "it does not speak TLS there. ",
                    "Switch TLS on (tls-port) and write its port, or write redis:// where nobody can listen");
        }
    }

    @Test
    void noTlsWhereThereIs() throws IOException, GeneralSecurityException {
        int port = RedisProcess.freePort();
        TestCertificate certificate = TestCertificate.make(folder, "redis", "ip:127.0.0.1");
        try (RedisProcess redis = RedisProcess.start(RedisBinary.EMBEDDED, certificate.settings(port))) {
            refused("redis://127.0.0.1:" + port, "it hangs up at once. ", "If it speaks TLS there, write rediss://");
            refused("redis://:" + PASSWORD + "@127.0.0.1:" + port, "it hangs up at once. ", "write rediss://");
            try (Raw raw = new Raw(redis.url())) {
                raw.commands().configSet("tls-auth-clients", "yes");
            }
            refused(
                    "rediss://127.0.0.1:" + port + "?sslrootcert=" + certificate.authority(),
                    "it asks for a certificate of ours",
                    "Set tls-auth-clients no there");
        }
    }

    @Test
    void aMasterThatNoSentinelKnowsAndAServerThatIsNoSentinel() {
        try (SentinelExtension redis = new SentinelExtension(RedisBinary.EMBEDDED)) {
            String address = redis.settings().address().toString();
            refused(
                    address.replace("#coats", "#hats"),
                    "its Sentinels know no master of the name hats. ",
                    "Write the name that stands in their line sentinel monitor, behind the #");
            refused(
                    address.replace("redis-sentinel", "redis").replace("#coats", ""),
                    "it is a Sentinel. ",
                    "Write redis-sentinel:// and, at the end, #master");
            refused(
                    "redis-sentinel://127.0.0.1:" + redis.master().port() + "#coats",
                    "it is no Sentinel. ",
                    "Write the port of the Sentinels");
        }
        refused(
                "redis-sentinel://127.0.0.1:1,127.0.0.1:2#coats",
                "it can't be reached: Connection refused: /127.0.0.1:",
                "Start Redis, or correct host and port");
    }

    @Test
    void aClusterWhoseNodesCannotBeReachedWhereTheyAnnounceThemselves() {
        try (RedisProcess redis = RedisProcess.start(
                        RedisBinary.EMBEDDED,
                        "--cluster-enabled",
                        "yes",
                        "--cluster-announce-ip",
                        "127.0.0.1",
                        "--cluster-announce-port",
                        "1");
                Raw raw = new Raw(redis.url())) {
            raw.commands().clusterAddSlots(IntStream.range(0, 16_384).toArray());
            await().until(() -> raw.commands().clusterInfo().contains("cluster_state:ok"));
            refused(
                    redis.url(),
                    "it is a Cluster, and the nodes can't be reached where they announce themselves: Connection refused:"
                            + " /127.0.0.1:1. ",
                    "Let them announce where this machine reaches them (cluster-announce-ip, cluster-announce-port)");
        }
    }

    @Test
    void aClusterWithoutSlots() {
        try (RedisProcess redis = RedisProcess.start(RedisBinary.EMBEDDED, "--cluster-enabled", "yes")) {
            refused(
                    redis.url(),
                    "it is a Cluster, and there are slots that no node serves. ",
                    "Give them to masters: redis-cli --cluster fix");
        }
    }

    @Test
    void aDatabaseThatThereIsNotAndAServerThatIsFull() {
        try (RedisProcess redis = RedisProcess.start(RedisBinary.EMBEDDED);
                Raw raw = new Raw(redis.url())) {
            refused(redis.url() + "/99", "it has no database of that number. ", "Write another one behind the slash");
            raw.commands().configSet("maxclients", "1");
            // It says why and hangs up in one breath: the client library sometimes sees the latter alone.
            assertThatThrownBy(() ->
                            RedisSessionStore.open(RedisSettings.DEFAULT.withAddress(RedisAddress.of(redis.url()))))
                    .isInstanceOf(RedisSetupException.class)
                    .hasMessageMatching(".*(it has no connection left\\. Raise maxclients|it hangs up at once\\. ).*");
        }
    }

    @Test
    void aUserWhoMayDoTooLittle() {
        try (RedisProcess redis = RedisProcess.start(RedisBinary.EMBEDDED);
                Raw raw = new Raw(redis.url())) {
            raw.commands()
                    .aclSetuser(
                            "poor",
                            AclSetuserArgs.Builder.on()
                                    .addPassword(PASSWORD)
                                    .allKeys()
                                    .addCategory(AclCategory.CONNECTION));
            refused(
                    "redis://poor:" + PASSWORD + "@127.0.0.1:" + redis.port(),
                    "the user may not do what is needed (NOPERM ",
                    "Let it, with ACL SETUSER: docs/guide-redis.md");
        }
    }

    @Test
    void nobodyThereAndSomebodyElse() throws IOException {
        refused(
                "redis://127.0.0.1:1",
                "it can't be reached: Connection refused: /127.0.0.1:1. ",
                "Start Redis, or correct host and port");
        refused("redis://nowhere.invalid", "it can't be reached: ", "nowhere.invalid");
        try (ServerSocket silent = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
            refused("redis://127.0.0.1:" + silent.getLocalPort(), "it does not answer. ", "correct host and port");
        }
    }
}
