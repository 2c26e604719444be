package dev.coatcheck.stores.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionChange.AttributeChange;
import dev.coatcheck.store.SessionChange.TokenChange;
import dev.coatcheck.store.SessionChange.Touch;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Sessions;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What each operation sends to the server: the budget of round trips. */
class RoundTripsTest {
    @RegisterExtension
    static final RedisServerExtension REDIS = new RedisServerExtension(RedisBinary.EMBEDDED);

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final UserId user = Sessions.user();
    private RedisSessionStore store;
    private Raw raw;
    private Monitor monitor;

    @BeforeEach
    void open() throws IOException {
        store = RedisSessionStore.open(REDIS.settings());
        raw = new Raw(REDIS.process().url());
        monitor = new Monitor(REDIS.process().port());
        // The first call of a script loads it.
        StoredSession first = signedIn();
        apply(first, SessionChange.NONE);
        store.list(user, Optional.empty(), 10, now);
        store.end(first.id(), EndReason.SIGNED_OUT, now);
        store.endAll(Sessions.user(), Cutoff.everything(now), EndReason.SIGNED_OUT, now);
        monitor.sentUntil(raw);
    }

    @AfterEach
    void close() throws IOException {
        monitor.close();
        raw.close();
        store.close();
    }

    @Test
    void aReadIsOneCommand() throws IOException {
        StoredSession session = signedIn();
        monitor.sentUntil(raw);
        store.find(session.id());
        assertThat(monitor.sentUntil(raw)).containsExactly("hgetall");
    }

    @Test
    void aSignInIsOneScript() throws IOException {
        signedIn();
        assertThat(monitor.sentUntil(raw)).containsExactly("evalsha");
    }

    @Test
    void aSignInAtTheLimitIsOneScript() throws IOException {
        PerUserLimit two = new PerUserLimit(2, PerUserLimit.Policy.END_OLDEST);
        signedIn();
        signedIn();
        monitor.sentUntil(raw);
        store.create(Sessions.of(user, now).build(), two);
        assertThat(monitor.sentUntil(raw)).containsExactly("evalsha");
    }

    @Test
    void aSignInThatForgetsOldTombstonesIsOneScript() throws IOException {
        for (int i = 0; i < 60; i++) {
            store.end(signedIn().id(), EndReason.SIGNED_OUT, now);
        }
        monitor.sentUntil(raw);
        signedIn();
        assertThat(monitor.sentUntil(raw)).containsExactly("evalsha");
    }

    @Test
    void aSignInOnAnAnonymousSessionIsOneScript() throws IOException {
        StoredSession session = Sessions.anonymous(now).build();
        store.create(session, PerUserLimit.DEFAULT);
        monitor.sentUntil(raw);
        apply(session, SessionChange.NONE.with(Sessions.signIn(user, now)));
        assertThat(monitor.sentUntil(raw)).containsExactly("evalsha");
    }

    @Test
    void aWriteIsOneScriptWithADueTouchFoldedIn() throws IOException {
        StoredSession session = signedIn();
        monitor.sentUntil(raw);
        apply(
                session,
                SessionChange.NONE
                        .with("a", new AttributeChange.Put("1"))
                        .with("b", new AttributeChange.Swap("2", 0))
                        .with(new Touch(now.plusSeconds(60), now.plusSeconds(3600))));
        assertThat(monitor.sentUntil(raw)).containsExactly("evalsha");
    }

    @Test
    void aRotationIsOneScript() throws IOException {
        StoredSession session = signedIn();
        monitor.sentUntil(raw);
        apply(
                session,
                SessionChange.NONE.with(new TokenChange(session.token(), Sessions.rotated(session.token(), now))));
        assertThat(monitor.sentUntil(raw)).containsExactly("evalsha");
    }

    @Test
    void anEndAPageAndAnEndOfAllAreOneScriptEach() throws IOException {
        StoredSession session = signedIn();
        for (int i = 0; i < 19; i++) {
            signedIn();
        }
        monitor.sentUntil(raw);
        store.list(user, Optional.empty(), 20, now);
        assertThat(monitor.sentUntil(raw)).containsExactly("evalsha");
        store.end(session.id(), EndReason.SIGNED_OUT, now);
        assertThat(monitor.sentUntil(raw)).containsExactly("evalsha");
        assertThat(store.endAll(user, Cutoff.everything(now), EndReason.ACCOUNT_CHANGED, now))
                .hasSize(19);
        assertThat(monitor.sentUntil(raw)).containsExactly("evalsha");
    }

    @Test
    void noOperationLooksThroughTheKeys() {
        signedIn();
        assertThat(raw.calls()).containsKey("evalsha").doesNotContainKeys("keys", "scan", "time", "script|flush");
    }

    @Test
    void aServerThatForgotTheScriptsIsTaughtThemAgain() throws IOException {
        StoredSession session = signedIn();
        raw.commands().scriptFlush();
        monitor.sentUntil(raw);
        apply(session, SessionChange.NONE.with("a", new AttributeChange.Put("1")));
        assertThat(monitor.sentUntil(raw)).containsExactly("evalsha", "eval");
        assertThat(store.find(session.id()).orElseThrow().revision()).isEqualTo(session.revision() + 1);
        apply(session, SessionChange.NONE.with("a", new AttributeChange.Put("2")));
        assertThat(monitor.sentUntil(raw)).endsWith("evalsha");
    }

    private StoredSession signedIn() {
        StoredSession session = Sessions.of(user, now).build();
        store.create(session, PerUserLimit.DEFAULT);
        return session;
    }

    private void apply(StoredSession session, SessionChange change) {
        store.apply(session.id(), new Guard(now, session.epoch()), change);
    }
}
