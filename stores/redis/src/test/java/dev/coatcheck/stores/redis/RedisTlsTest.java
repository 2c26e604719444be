package dev.coatcheck.stores.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By {@code rediss://}: with a certificate that Java was told to trust, with one that nobody vouches for, and of another name. */
class RedisTlsTest {
    private static final Map<String, Optional<String>> BEFORE = new TreeMap<>();

    @TempDir
    static Path folder;

    private static Optional<TestCertificate> certificate = Optional.empty();

    private Served trusted;

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    /** A server with a port for the store, and one without TLS for who looks past it. */
    private record Served(RedisProcess process, int tlsPort) implements AutoCloseable {
        static Served with(TestCertificate certificate) {
            int port = RedisProcess.freePort();
            RedisProcess process = RedisProcess.start(
                    RedisBinary.EMBEDDED,
                    "--tls-port",
                    Integer.toString(port),
                    "--tls-cert-file",
                    certificate.certificate().toString(),
                    "--tls-key-file",
                    certificate.key().toString(),
                    "--tls-auth-clients",
                    "no");
            return new Served(process, port);
        }

        RedisSessionStore open() {
            return open("");
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
    static void trustOneCertificate() throws IOException, GeneralSecurityException {
        TestCertificate made = make("trusted", "ip:127.0.0.1");
        certificate = Optional.of(made);
        // How Java is told: the store has no setting for it. No other test of this module speaks TLS.
        set("javax.net.ssl.trustStore", made.trustStore().toString());
        set("javax.net.ssl.trustStorePassword", TestCertificate.PASSWORD);
    }

    @AfterAll
    static void forget() {
        BEFORE.forEach((name, value) ->
                value.ifPresentOrElse(text -> System.setProperty(name, text), () -> System.clearProperty(name)));
    }

    @BeforeEach
    void start() {
        trusted = Served.with(certificate.orElseThrow());
    }

    @AfterEach
    void stop() {
        trusted.close();
    }

    private static void set(String name, String value) {
        BEFORE.put(name, Optional.ofNullable(System.getProperty(name)));
        System.setProperty(name, value);
    }

    private static TestCertificate make(String name, String names) throws IOException, GeneralSecurityException {
        return TestCertificate.make(Files.createDirectory(folder.resolve(name)), name, names);
    }

    @Test
    void sessionsAreStoredAndReadWhenTheyAreLongerThanARecordOfTlsToo() {
        try (RedisSessionStore store = trusted.open()) {
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
        try (RedisSessionStore store = trusted.open()) {
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
        try (RedisSessionStore store = trusted.open();
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
        try (RedisSessionStore store = trusted.open();
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
            assertThat(raw.commands()
                            .clientList()
                            .lines()
                            .filter(line -> line.contains(" laddr=127.0.0.1:" + trusted.tlsPort() + " ")))
                    .hasSize(2);
        }
    }

    @Test
    void aConnectionThatReadsIsMadeAgainByTls() {
        Heard heard = new Heard();
        try (RedisSessionStore store = trusted.open();
                Raw raw = trusted.raw()) {
            StoredSession session = Sessions.of(Sessions.user(), now).build();
            store.create(session, PerUserLimit.DEFAULT);
            assertThat(raw.commands().clientKill(KillArgs.Builder.typeNormal().skipme()))
                    .isEqualTo(1);
            heard.until(() -> Sessions.isFound(store, session), "a connection made anew");
        }
    }

    @Test
    void aServerThatNobodyVouchesForIsRefused() throws IOException, GeneralSecurityException {
        try (Served stranger = Served.with(make("stranger", "ip:127.0.0.1"))) {
            assertThatThrownBy(stranger::open)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("127.0.0.1:" + stranger.tlsPort())
                    .hasMessageContaining("certificate is not accepted")
                    .hasMessageContaining("unable to find valid certification path")
                    .hasMessageContaining("-Djavax.net.ssl.trustStore");
            // It is the certificate alone that stands in the way.
            stranger.open("?verifyPeer=NONE").close();
        }
    }

    @Test
    void aServerWhoseCertificateIsOfAnotherNameIsRefused() throws IOException, GeneralSecurityException {
        TestCertificate other = make("other", "dns:redis.example.test");
        String before = System.setProperty(
                "javax.net.ssl.trustStore", other.trustStore().toString());
        try (Served elsewhere = Served.with(other)) {
            assertThatThrownBy(elsewhere::open)
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("certificate is not accepted")
                    .hasMessageContaining("No subject alternative names matching IP address 127.0.0.1");
            elsewhere.open("?verifyPeer=CA").close();
        } finally {
            System.setProperty("javax.net.ssl.trustStore", before);
        }
    }
}
