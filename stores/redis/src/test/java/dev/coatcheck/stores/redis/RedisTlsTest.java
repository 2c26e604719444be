package dev.coatcheck.stores.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionSignal;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Heard;
import dev.coatcheck.testkit.Race;
import dev.coatcheck.testkit.Sessions;
import dev.coatcheck.token.SessionId;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * By {@code rediss://}: with a certificate of an authority of one's own, with one that nobody vouches for, and of another name; one
 * server, the one that a Sentinel names, and a Cluster.
 */
class RedisTlsTest {
    @TempDir
    static Path folder;

    private static Optional<TestCertificate> certificate = Optional.empty();

    private Served trusted;

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    /** A server with a port for the store, and one without TLS for who looks past it. */
    private record Served(RedisProcess process, int tlsPort) implements AutoCloseable {
        static Served with(TestCertificate certificate) {
            int port = RedisProcess.freePort();
            return new Served(RedisProcess.start(RedisBinary.EMBEDDED, certificate.settings(port)), port);
        }

        RedisSessionStore open(String query) {
            return RedisSessionStore.open(RedisSettings.DEFAULT
                    .withAddress(RedisAddress.of("rediss://127.0.0.1:" + tlsPort + query))
                    .withTimeout(Duration.ofSeconds(10)));
        }

        Raw raw() {
            return new Raw(process.url());
        }

        @Override
        public void close() {
            process.close();
        }
    }

    @BeforeAll
    static void make() throws IOException, GeneralSecurityException {
        certificate = Optional.of(make("trusted", "ip:127.0.0.1"));
    }

    private final Map<String, Optional<String>> before = new TreeMap<>();

    @BeforeEach
    void start() {
        trusted = Served.with(certificate());
    }

    @AfterEach
    void stop() {
        trusted.close();
        before.forEach((name, value) ->
                value.ifPresentOrElse(text -> System.setProperty(name, text), () -> System.clearProperty(name)));
    }

    private static TestCertificate certificate() {
        return certificate.orElseThrow();
    }

    private RedisSessionStore open() {
        return trusted.open(vouching(certificate().authority()));
    }

    private static String vouching(Path authorities) {
        return "?sslrootcert=" + authorities;
    }

    /** As it is done with JAVA_TOOL_OPTIONS. No other test of this module speaks TLS. */
    private void javaTrusts(TestCertificate authority) {
        set("javax.net.ssl.trustStore", authority.trustStore().toString());
        set("javax.net.ssl.trustStorePassword", TestCertificate.PASSWORD);
    }

    private void set(String name, String value) {
        before.put(name, Optional.ofNullable(System.getProperty(name)));
        System.setProperty(name, value);
    }

    private static TestCertificate make(String name, String names) throws IOException, GeneralSecurityException {
        return TestCertificate.make(Files.createDirectory(folder.resolve(name)), name, names);
    }

    @Test
    void sessionsAreStoredAndReadWhenTheyAreLongerThanARecordOfTlsToo() {
        try (RedisSessionStore store = open()) {
            StoredSession session = Sessions.of(Sessions.user(), now)
                    .attribute("long", "\"" + "x".repeat(100_000) + "\"")
                    .build();
            store.create(session, PerUserLimit.DEFAULT);
            assertThat(store.find(session.id())).contains(session);
            assertThat(store.end(session.id(), EndReason.SIGNED_OUT, now)).isTrue();
        }
    }

    @Test
    void whatManyThreadsSendAtOnceIsAnsweredToEachOfThem() {
        try (RedisSessionStore store = open()) {
            List<Integer> found = Race.of(16, racer -> () -> {
                int own = 0;
                for (int i = 0; i < 50; i++) {
                    StoredSession session = Sessions.of(Sessions.user(), now).build();
                    store.create(session, PerUserLimit.DEFAULT);
                    own += store.find(session.id()).filter(session::equals).isPresent() ? 1 : 0;
                }
                return own;
            });
            assertThat(found).hasSize(16).containsOnly(50);
        }
    }

    @Test
    void everythingThatIsToldAtOnceIsHeardInItsOrder() {
        Heard heard = new Heard();
        RedisClient client = RedisClient.create(trusted.process().url());
        try (RedisSessionStore store = open();
                StatefulRedisConnection<String, String> told = client.connect()) {
            store.signals().orElseThrow().subscribe(heard);
            heard.awaitProofAfter(store.signals().orElseThrow(), System.nanoTime());
            SessionId id = Sessions.id();
            List<SessionSignal> words = new ArrayList<>();
            for (int i = 1; i <= 2_000; i++) {
                var unused = told.async().publish("coatcheck:signals:0", "W " + id + " " + i);
                words.add(new SessionSignal.Written(id, i));
            }
            heard.await(new SessionSignal.Written(id, 2_000));
            assertThat(heard.of(id)).isEqualTo(words);
        } finally {
            client.shutdown(0, 1, TimeUnit.SECONDS);
        }
    }

    @Test
    void anEarThatTheServerCutsOffIsProvenAgainByTls() {
        Heard heard = new Heard();
        try (RedisSessionStore store = open();
                Raw raw = trusted.raw()) {
            store.signals().orElseThrow().subscribe(heard);
            heard.awaitProofAfter(store.signals().orElseThrow(), System.nanoTime());
            int missed = heard.timesMissed();
            long killed = raw.commands().clientKill(KillArgs.Builder.typePubsub());
            assertThat(killed).isEqualTo(1);
            heard.awaitMissed(missed);
            heard.awaitProofAfter(store.signals().orElseThrow(), System.nanoTime());
            StoredSession session = Sessions.of(Sessions.user(), now).build();
            store.create(session, PerUserLimit.DEFAULT);
            store.end(session.id(), EndReason.SIGNED_OUT, now);
            heard.await(new SessionSignal.Ended(session.id(), EndReason.SIGNED_OUT));
            // The one that looks came by the other port.
            assertThat(byTls(raw)).hasSize(2);
        }
    }

    @Test
    void aConnectionThatReadsIsMadeAgainByTls() {
        Heard heard = new Heard();
        try (RedisSessionStore store = open();
                Raw raw = trusted.raw()) {
            StoredSession session = Sessions.of(Sessions.user(), now).build();
            store.create(session, PerUserLimit.DEFAULT);
            assertThat(raw.commands().clientKill(KillArgs.Builder.typeNormal().skipme()))
                    .isEqualTo(1);
            heard.until(() -> Sessions.isFound(store, session), "a connection made anew");
        }
    }

    @Test
    void aServerThatNobodyVouchesForIsRefused() {
        assertThatThrownBy(() -> trusted.open(""))
                .isInstanceOf(RedisSetupException.class)
                .hasMessageContaining("rediss://127.0.0.1:" + trusted.tlsPort())
                .hasMessageContaining("certificate is not accepted")
                .hasMessageContaining("unable to find valid certification path")
                .hasMessageContaining("add ?sslrootcert=FILE");
    }

    @Test
    void anAuthorityThatJavaTrustsNeedsNoFileAndAFileTakesItsPlace() throws IOException, GeneralSecurityException {
        javaTrusts(certificate());
        trusted.open("").close();
        Path others = make("stranger", "ip:127.0.0.1").authority();
        assertThatThrownBy(() -> trusted.open(vouching(others)))
                .isInstanceOf(RedisSetupException.class)
                .hasMessageContaining("certificate is not accepted")
                .hasMessageContaining("one of the authorities in the file of sslrootcert");
        Path both = folder.resolve("both authorities.pem");
        Files.writeString(
                both,
                "# one\n" + Files.readString(others) + "\n# another\n"
                        + Files.readString(certificate().authority()));
        trusted.open("?sslrootcert=" + both.toString().replace(" ", "%20")).close();
    }

    @Test
    void aServerWhoseCertificateIsOfAnotherNameIsRefused() throws IOException, GeneralSecurityException {
        TestCertificate other = make("other", "dns:redis.example.test");
        try (Served elsewhere = Served.with(other)) {
            assertThatThrownBy(() -> elsewhere.open(vouching(other.authority())))
                    .isInstanceOf(RedisSetupException.class)
                    .hasMessageContaining("certificate is not accepted")
                    .hasMessageContaining("No subject alternative names matching IP address 127.0.0.1");
            // It is the name alone that stands in the way.
            javaTrusts(other);
            RedisURI nameless = RedisURI.create("rediss://127.0.0.1:" + elsewhere.tlsPort());
            nameless.setVerifyPeer(SslVerifyMode.CA);
            RedisClient client = RedisClient.create(nameless);
            try (StatefulRedisConnection<String, String> connection = client.connect()) {
                assertThat(connection.sync().ping()).isEqualTo("PONG");
            } finally {
                client.shutdown(0, 1, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void aFileWithoutCertificatesIsRefusedAtTheStart() throws IOException {
        Path missing = folder.resolve("missing.pem");
        refused(missing, "there is no such file", "Name a file that");
        refused(Files.writeString(folder.resolve("empty.pem"), ""), "there is none", "It takes certificates in PEM");
        refused(Files.writeString(folder.resolve("text.pem"), "nothing\n"), "", "It takes certificates in PEM");
        refused(certificate().key(), "there is something else in it", "It takes certificates in PEM");
        refused(folder, "Is a directory", "Name a file that");
        String whole = Files.readString(certificate().authority());
        refused(
                Files.writeString(folder.resolve("half.pem"), whole.substring(0, whole.length() / 2)),
                "",
                "It takes certificates in PEM");
    }

    private void refused(Path file, String why, String way) {
        assertThatThrownBy(() -> trusted.open(vouching(file)))
                .isInstanceOf(RedisSetupException.class)
                .hasMessageStartingWith(
                        "the certificates in " + file + " (sslrootcert in the address of Redis) can't be used: " + why)
                .hasMessageContaining(way);
    }

    /** The one that waits for the disk, for one. */
    @Test
    void aConnectionBesideTheFirstIsTlsToo() {
        RedisSettings settings = RedisSettings.DEFAULT.withAddress(RedisAddress.of("rediss://127.0.0.1:"
                + trusted.tlsPort() + vouching(certificate().authority())));
        try (RedisLink link = Clients.first(settings);
                RedisLink beside = link.beside();
                Raw raw = trusted.raw()) {
            assertThat(beside.serverTime()).isAfter(Instant.EPOCH);
            assertThat(byTls(raw)).hasSize(2);
        }
    }

    @Test
    void theMasterThatASentinelNamesIsReadAndHeardByTlsAndItsSuccessorToo() {
        Heard heard = new Heard();
        try (SentinelExtension redis = new SentinelExtension(RedisBinary.EMBEDDED, certificate());
                RedisSessionStore store =
                        RedisSessionStore.open(redis.settings().withTimeout(Duration.ofSeconds(10)))) {
            StoredSession session = usedAndTold(store, heard);
            try (Raw raw = new Raw(redis.master().url())) {
                raw.commands().waitForReplication(1, 5_000);
            }
            int missed = heard.timesMissed();
            redis.master().kill();
            heard.awaitMissed(missed);
            heard.awaitProofAfter(store.signals().orElseThrow(), System.nanoTime());
            heard.until(() -> Sessions.isFound(store, session), "the session on the next master");
            store.end(session.id(), EndReason.SIGNED_OUT, now);
            heard.await(new SessionSignal.Ended(session.id(), EndReason.SIGNED_OUT));
        }
    }

    @Test
    void everyMasterOfAClusterIsReadAndHeardByTls() {
        Heard heard = new Heard();
        try (ClusterExtension redis = new ClusterExtension(RedisBinary.EMBEDDED, certificate());
                RedisSessionStore store =
                        RedisSessionStore.open(redis.settings().withTimeout(Duration.ofSeconds(10)))) {
            for (int i = 0; i < 20; i++) {
                usedAndTold(store, heard);
            }
            for (RedisProcess process : redis.processes()) {
                try (Raw raw = new Raw(process.url())) {
                    assertThat(raw.commands().dbsize()).isPositive();
                    assertThat(raw.commands().clientList().lines().filter(line -> line.contains(" sub=1 ")))
                            .singleElement(STRING)
                            .doesNotContain(" laddr=127.0.0.1:" + process.port() + " ");
                    raw.commands().clientKill(KillArgs.Builder.typeNormal().skipme());
                }
            }
            StoredSession session = Sessions.of(Sessions.user(), now).build();
            heard.until(() -> isStored(store, session), "connections made anew");
            assertThat(store.find(session.id())).contains(session);
        }
    }

    @Test
    void aSentinelAndAClusterThatNobodyVouchesForAreRefused() throws IOException, GeneralSecurityException {
        Path others = make("nobody", "ip:127.0.0.1").authority();
        try (SentinelExtension redis = new SentinelExtension(RedisBinary.EMBEDDED, certificate())) {
            refusedWith(redis.settings(), others);
        }
        try (ClusterExtension redis = new ClusterExtension(RedisBinary.EMBEDDED, certificate())) {
            refusedWith(redis.settings(), others);
        }
    }

    private static void refusedWith(RedisSettings right, Path authorities) {
        String address = right.address().toString();
        int end = address.contains("#") ? address.indexOf('#') : address.length();
        RedisSettings wrong = right.withAddress(
                RedisAddress.of(address.substring(0, end) + vouching(authorities) + address.substring(end)));
        assertThatThrownBy(() -> RedisSessionStore.open(wrong))
                .isInstanceOf(RedisSetupException.class)
                .hasMessageContaining("certificate is not accepted");
    }

    private StoredSession usedAndTold(RedisSessionStore store, Heard heard) {
        store.signals().orElseThrow().subscribe(heard);
        heard.awaitProofAfter(store.signals().orElseThrow(), System.nanoTime());
        UserId user = Sessions.user();
        StoredSession kept = Sessions.of(user, now).build();
        StoredSession ended = Sessions.of(user, now).build();
        store.create(kept, PerUserLimit.DEFAULT);
        store.create(ended, PerUserLimit.DEFAULT);
        assertThat(store.list(user, Optional.empty(), 10, now).items()).containsExactlyInAnyOrder(kept, ended);
        assertThat(store.end(ended.id(), EndReason.SIGNED_OUT, now)).isTrue();
        heard.await(new SessionSignal.Ended(ended.id(), EndReason.SIGNED_OUT));
        assertThat(store.find(kept.id())).contains(kept);
        return kept;
    }

    private Stream<String> byTls(Raw raw) {
        return raw.commands()
                .clientList()
                .lines()
                .filter(line -> line.contains(" laddr=127.0.0.1:" + trusted.tlsPort() + " "));
    }

    private static boolean isStored(RedisSessionStore store, StoredSession session) {
        try {
            return store.create(session, PerUserLimit.DEFAULT) != null;
        } catch (StoreUnavailableException e) {
            return false;
        }
    }
}
