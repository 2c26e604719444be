package dev.coatcheck.stores.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.throwable;

import dev.coatcheck.testkit.Sessions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses and their passwords, impossible settings, and what the server is asked to promise. */
class RedisSettingsTest {
    private static final String PASSWORD = "hunter2-Geheim";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "http://:hunter2-Geheim@localhost",
                "redis://",
                "redis://:hunter2-Geheim@local host",
                "redis://user:hunter2-Geheim@localhost:port",
                "redis://a:1,http://:hunter2-Geheim@b",
                "redis-sentinel://hunter2-Geheim@host",
            })
    void whatIsNoAddressIsRefusedWithoutRepeatingIt(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisAddress.of(text))
                .withMessageContaining("redis://[[user:]password@]host")
                .withNoCause()
                .asInstanceOf(throwable(IllegalArgumentException.class))
                .satisfies(e -> assertThat(printed(e)).doesNotContain(PASSWORD));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://:hunter2-Geheim@localhost",
                "rediss://user:hunter2-Geheim@localhost:6380/3",
                "redis-sentinel://hunter2-Geheim@one:26379,two:26379/0#mymaster",
                "redis://:hunter2-Geheim@a:1,redis://:hunter2-Geheim@b:2",
            })
    void anAddressIsPrintedWithoutItsPassword(String text) {
        RedisSettings settings = RedisSettings.DEFAULT.withAddress(RedisAddress.of(text));
        assertThat(settings.toString()).doesNotContain("hunter2").contains("coatcheck");
    }

    @Test
    void anAddressIsPrintedAsItIsWritten() {
        assertThat(RedisAddress.of("rediss://user:hunter2@one:6380/3?sslrootcert=/ca.pem"))
                .hasToString("rediss://user@one:6380/3");
        assertThat(RedisAddress.of("redis://hunter2@a:1,redis://:hunter2@b:2")).hasToString("redis://a:1,redis://b:2");
        assertThat(RedisAddress.of("rediss-sentinel://:p@one,two:26379/0?sslrootcert=ca#master"))
                .hasToString("rediss-sentinel://one,two:26379/0#master");
    }

    /** The client library would not look at the certificate, or not at the name in it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "rediss://:hunter2-Geheim@a?verifyPeer=NONE",
                "rediss://a?verifypeer=none",
                "rediss://a?VERIFYPEER=CA",
                "rediss://a/3?sslrootcert=ca.pem&verifyPeer=CA",
                "rediss-sentinel://a,b?verifyPeer=NONE#master",
                "rediss://a,rediss://b?verifyPeer=NONE",
            })
    void aCertificateThatNobodyWouldLookAtIsRefused(String text) {
        refused(text)
                .hasMessageContaining("verifyPeer")
                .hasMessageContaining("whoever stands in between")
                .hasMessageContaining("sslrootcert=FILE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://:hunter2-Geheim@a?timeout=1s",
                "redis://a?clientName=x",
                "rediss://a?sslmode=verify-full",
                "rediss://a?sslrootcert=",
                "rediss://a?sslrootcert",
                "rediss://a?SslRootCert=ca.pem",
                "rediss://a?sslrootcert=ca.pem;&verify",
                "redis-sentinel://a?sentinelMasterId=m#m",
            })
    void whatIsUnknownBehindTheQuestionMarkIsRefused(String text) {
        refused(text).hasMessageContaining("something unknown. Known is sslrootcert=FILE");
    }

    @Test
    void certificatesAreForTlsAndTheSameForAllNodes() {
        assertThat(RedisAddress.of("rediss://a?sslrootcert=/etc/my%20ca,1.pem,rediss://b")
                        .authorities())
                .contains("/etc/my ca,1.pem");
        assertThat(RedisAddress.of("rediss-sentinel://a,b?sslrootcert=ca+1.pem#m")
                        .authorities())
                .contains("ca+1.pem");
        assertThat(RedisAddress.of("rediss://a").authorities()).isEmpty();
        refused("redis://a?sslrootcert=ca.pem").hasMessageContaining("no TLS with which that would be looked at");
        refused("rediss://a?sslrootcert=1.pem,rediss://b?sslrootcert=2.pem").hasMessageContaining("into one file");
        refused("rediss://a?sslrootcert=%zz").hasMessageContaining("Write % as %25");
        refused("redis://a,rediss://b").hasMessageContaining("before each of them, or before none");
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refused(String text) {
        return assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisAddress.of(text))
                .withNoCause()
                .asInstanceOf(throwable(IllegalArgumentException.class))
                .satisfies(e -> assertThat(printed(e)).doesNotContain(PASSWORD));
    }

    @Test
    void severalNodesOfAClusterStandBehindCommas() {
        assertThat(RedisAddress.of("rediss://a:7000, rediss://b:7001").nodes())
                .extracting(uri -> uri.getHost() + ":" + uri.getPort() + uri.isSsl())
                .containsExactly("a:7000true", "b:7001true");
        assertThat(RedisAddress.of("redis-sentinel://a:1,b:2#m").nodes())
                .singleElement()
                .satisfies(uri -> assertThat(uri.getSentinels()).hasSize(2));
    }

    @Test
    void impossibleValuesAreRefused() {
        RedisSettings settings = RedisSettings.DEFAULT;
        assertThatIllegalArgumentException().isThrownBy(() -> settings.withPrefix("a{b}"));
        assertThatIllegalArgumentException().isThrownBy(() -> settings.withPrefix(""));
        assertThatIllegalArgumentException().isThrownBy(() -> settings.withTimeout(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> settings.withTimeout(Duration.ofHours(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> settings.withTombstones(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> settings.withWaiting(0));
    }

    @Test
    void aPasswordOpensTheServerAndAWrongOneIsNotPrinted() {
        try (RedisProcess redis = RedisProcess.start(RedisBinary.EMBEDDED, "--requirepass", PASSWORD)) {
            RedisSettings right = RedisSettings.DEFAULT.withAddress(
                    RedisAddress.of("redis://:" + PASSWORD + "@127.0.0.1:" + redis.port()));
            try (RedisSessionStore store = RedisSessionStore.open(right)) {
                assertThat(store.find(Sessions.id())).isEmpty();
            }
            for (String login : new String[] {":wrong-" + PASSWORD + "@", "someone:" + PASSWORD + "@", ""}) {
                RedisSettings wrong =
                        right.withAddress(RedisAddress.of("redis://" + login + "127.0.0.1:" + redis.port()));
                assertThatThrownBy(() -> RedisSessionStore.open(wrong))
                        .isInstanceOf(RedisSetupException.class)
                        .hasMessageContaining("it refuses the user or the password")
                        .satisfies(e -> assertThat(printed(e)).doesNotContain(PASSWORD));
            }
        }
    }

    @Test
    void theServersPromisesAreRead() {
        try (RedisProcess redis = RedisProcess.start(
                        RedisBinary.EMBEDDED, "--appendonly", "yes", "--maxmemory-policy", "allkeys-lru");
                RedisLink link = link(redis)) {
            Promises promises = Promises.of(link);
            assertThat(promises.version()).startsWith("6.2");
            assertThat(promises.appendOnly()).isTrue();
            assertThat(promises.sync()).contains("everysec");
            assertThat(promises.eviction()).isEqualTo("allkeys-lru");
            assertThat(promises.durability()).contains("every second");
            assertThat(promises.cluster()).isFalse();
        }
    }

    @Test
    void aServerThatRefusesToShowItsSettingsIsUsedAllTheSame() {
        try (RedisProcess redis = RedisProcess.start(RedisBinary.EMBEDDED, "--rename-command", "CONFIG", "");
                RedisLink link = link(redis)) {
            assertThat(Promises.of(link).sync()).isEmpty();
        }
    }

    @Test
    void everyKindOfPromiseHasItsSentence() {
        assertThat(promises(false, Optional.of("everysec"))).contains("no append-only file");
        assertThat(promises(true, Optional.of("always"))).contains("loses nothing");
        assertThat(promises(true, Optional.of("no"))).contains("half a minute");
        assertThat(promises(true, Optional.empty())).contains("CONFIG is refused");
    }

    private static String promises(boolean appendOnly, Optional<String> sync) {
        return new Promises("7.0", false, appendOnly, sync, false, "noeviction").durability();
    }

    private static RedisLink link(RedisProcess redis) {
        RedisSettings settings = RedisSettings.DEFAULT.withAddress(RedisAddress.of(redis.url()));
        return Clients.first(settings);
    }

    private static String printed(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
