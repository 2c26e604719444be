package dev.coatcheck.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import dev.coatcheck.settings.SettingsTable.LogFormat;
import dev.coatcheck.settings.SettingsTable.LogLevel;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.token.KeyRing;
import dev.coatcheck.token.RotationPolicy;
import dev.coatcheck.token.SessionId;
import dev.coatcheck.token.SessionTokens;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LoggingTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private Logger logger(LogLevel level, LogFormat format) {
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        Logging.begin(context, level, format, out);
        return context.getLogger("dev.coatcheck.Test");
    }

    private String written() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void aTicketNeverAppears(LogFormat format) {
        SecureRandom random = new SecureRandom();
        SessionTokens tokens = new SessionTokens(KeyRing.ephemeral(random), RotationPolicy.DEFAULT, random);
        String ticket = tokens.first(SessionId.random(random)).token().reveal();
        String secret = ticket.substring(ticket.indexOf('_', 4) + 1, ticket.lastIndexOf('_'));

        Logger log = logger(LogLevel.DEBUG, format);
        log.info("plain {}", ticket);
        log.info("cookie __Host-coatcheck={}; other=1", ticket);
        log.info("url {}", URLEncoder.encode(ticket, StandardCharsets.UTF_8).replace("_", "%5F"));
        log.info("cut {}", ticket.substring(0, 60));
        log.warn("thrown", new IllegalStateException("with " + ticket, new RuntimeException("cause " + ticket)));

        assertThat(written()).contains("ccs_[redacted]").contains("IllegalStateException");
        for (int i = 0; i + 12 <= secret.length(); i += 4) {
            assertThat(written()).doesNotContain(secret.substring(i, i + 12));
        }
    }

    @Test
    void passwordsInAddressesAndHashesNeverAppear() {
        Logger log = logger(LogLevel.INFO, LogFormat.TEXT);
        log.info("connecting to rediss://me:hunter2@cache:6379/0 failed");
        log.info("row $argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g");
        log.info("Authorization: Bearer eyJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl");
        assertThat(written())
                .contains("rediss://[redacted]@cache:6379/0", "[hash redacted]", "Bearer [redacted]")
                .doesNotContain("hunter2", "aGFzaGhhc2g", "c2lnbmF0dXJl");
    }

    @Test
    void theSessionsIdMayAppear() {
        Logger log = logger(LogLevel.INFO, LogFormat.TEXT);
        log.info("session {} ended, format {}", "3jVqS0pV9mY8Qb2Zr6TcXa", StoredSession.FORMAT);
        assertThat(written()).contains("3jVqS0pV9mY8Qb2Zr6TcXa");
    }

    @Test
    void anEventIsOneLineWhateverItQuotes() {
        Logger log = logger(LogLevel.INFO, LogFormat.TEXT);
        log.info("path {}", "/a\r\n2026-01-01T00:00:00Z ERROR forged\u2028line");
        assertThat(written().lines()).hasSize(1);
        assertThat(written()).contains("\\u000d\\u000a");
    }

    @Test
    void anExceptionsMessageBeginsNoLineOfTheLog() {
        Logger log = logger(LogLevel.INFO, LogFormat.TEXT);
        log.info("failed", new IllegalStateException("a\n2026-01-01T00:00:00Z ERROR forged\u2028line"));
        assertThat(written().lines().skip(1)).isNotEmpty().allMatch(line -> line.startsWith("\t"));
        assertThat(written()).contains("\\u2028line");
    }

    @Test
    void aPoolDoesNotTellOfEachConnectionThatBrokeUnlessAsked() {
        for (LogLevel level : List.of(LogLevel.WARNING, LogLevel.INFO)) {
            LoggerContext context = logger(level, LogFormat.TEXT).getLoggerContext();
            context.getLogger("com.zaxxer.hikari.pool.ProxyConnection").warn("marked as broken", new IOException());
            context.getLogger("com.zaxxer.hikari.pool.PoolBase").warn("Failed to validate connection");
        }
        assertThat(written()).isEmpty();
        LoggerContext context = logger(LogLevel.DEBUG, LogFormat.TEXT).getLoggerContext();
        context.getLogger("com.zaxxer.hikari.pool.PoolBase").warn("Failed to validate connection");
        context.getLogger("com.zaxxer.hikari.pool.HikariPool").warn("starved");
        assertThat(written()).contains("Failed to validate", "starved");
    }

    @Test
    void theClientOfAClusterDoesNotTellOfEachNodeUnlessAsked() {
        List<String> talkative = List.of(
                "io.lettuce.core.cluster.RedisClusterClient",
                "io.lettuce.core.cluster.topology.DefaultClusterTopologyRefresh",
                "io.netty.channel.AbstractChannel",
                "io.netty.util.concurrent.DefaultPromise.rejectedExecution");
        for (LogLevel level : List.of(LogLevel.WARNING, LogLevel.INFO)) {
            LoggerContext context = logger(level, LogFormat.TEXT).getLoggerContext();
            talkative.forEach(name -> context.getLogger(name).warn("a node is away", new IOException()));
            context.getLogger(talkative.get(3)).error("the event loop is shut down", new IOException());
        }
        assertThat(written()).isEmpty();
        LoggerContext context = logger(LogLevel.DEBUG, LogFormat.TEXT).getLoggerContext();
        talkative.forEach(name -> context.getLogger(name).warn("a node is away"));
        assertThat(written().lines()).hasSize(talkative.size());
    }

    @Test
    void jsonIsOneObjectALine() {
        Logger log = logger(LogLevel.INFO, LogFormat.JSON);
        log.info("a \"quoted\" \\ and a\nline");
        assertThat(written())
                .matches("\\{\"time\":\"[0-9T:.Z-]+\",\"level\":\"INFO\",\"logger\":\"dev.coatcheck.Test\","
                        + "\"thread\":\"[^\"]+\",\"message\":\"a \\\\\"quoted\\\\\" \\\\\\\\ and a\\\\u000aline\"}\n");
    }

    @Test
    void lessGraveThanTheLevelIsNotLogged() {
        Logger log = logger(LogLevel.WARNING, LogFormat.TEXT);
        log.info("quiet");
        log.warn("loud");
        assertThat(written()).doesNotContain("quiet").contains(" WARN  Test: loud");
    }
}
