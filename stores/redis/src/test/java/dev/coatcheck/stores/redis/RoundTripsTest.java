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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What each operation sends to the server: the budget of round trips. Two witnesses: {@code MONITOR} names the commands, and
 * the server's statistics count how often it took something from a connection, which is how often somebody waited.
 *
 * <p>Its other statistics count what a script calls as well: {@code total_commands_processed} and {@code commandstats} tell
 * a sign-in of one round trip from one of two no better than a longer script from a shorter one. Of {@code evalsha} alone,
 * which no script can call, they count what clients sent.
 */
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
        assertThat(sentBy(() -> store.find(session.id()))).containsExactly("hgetall");
    }

    @Test
    void aSignInIsOneScript() throws IOException {
        assertThat(sentBy(() -> signedIn())).containsExactly("evalsha");
    }

    @Test
    void aSignInAtTheLimitIsOneScript() throws IOException {
        PerUserLimit two = new PerUserLimit(2, PerUserLimit.Policy.END_OLDEST);
        signedIn();
        signedIn();
        assertThat(sentBy(() -> store.create(Sessions.of(user, now).build(), two)))
                .containsExactly("evalsha");
    }

    @Test
    void aSignInThatForgetsOldTombstonesIsOneScript() throws IOException {
        for (int i = 0; i < 60; i++) {
            store.end(signedIn().id(), EndReason.SIGNED_OUT, now);
        }
        assertThat(sentBy(() -> signedIn())).containsExactly("evalsha");
    }

    @Test
    void aSignInOnAnAnonymousSessionIsOneScript() throws IOException {
        StoredSession session = Sessions.anonymous(now).build();
        store.create(session, PerUserLimit.DEFAULT);
        assertThat(sentBy(() -> apply(session, SessionChange.NONE.with(Sessions.signIn(user, now)))))
                .containsExactly("evalsha");
    }

    @Test
    void aWriteIsOneScriptWithADueTouchFoldedIn() throws IOException {
        StoredSession session = signedIn();
        assertThat(sentBy(() -> apply(
                        session,
                        SessionChange.NONE
                                .with("a", new AttributeChange.Put("1"))
                                .with("b", new AttributeChange.Swap("2", 0))
                                .with(new Touch(now.plusSeconds(60), now.plusSeconds(3600))))))
                .containsExactly("evalsha");
    }

    @Test
    void aWriteOfMoreAttributesThanAScriptTakesAtOnceIsOneScript() throws IOException {
        StoredSession session = signedIn();
        int many = 2 * Script.PIECE + 1;
        SessionChange puts = SessionChange.NONE.withAttributes(each(many, i -> new AttributeChange.Put("1")));
        monitor.sentUntil(raw);
        apply(session, puts);
        assertThat(monitor.sentUntil(raw)).containsExactly("evalsha");
        long written = store.find(session.id()).orElseThrow().revision();
        SessionChange swaps =
                SessionChange.NONE.withAttributes(each(many, i -> new AttributeChange.Swap("2", written)));
        apply(session, swaps);
        assertThat(store.find(session.id()).orElseThrow().attributes())
                .hasSize(many)
                .allSatisfy((name, value) -> assertThat(value.json()).isEqualTo("2"));
        apply(session, swaps);
        assertThat(store.find(session.id()).orElseThrow().revision())
                .as("a swap of each of them is looked at")
                .isEqualTo(written + 1);
        apply(session, SessionChange.NONE.withAttributes(each(many, i -> new AttributeChange.Remove())));
        assertThat(store.find(session.id()).orElseThrow().attributes()).isEmpty();
    }

    private static Map<String, AttributeChange> each(int many, IntFunction<AttributeChange> change) {
        return IntStream.range(0, many).boxed().collect(Collectors.toMap(i -> "a" + i, change::apply));
    }

    @Test
    void aWriteWritesItsFieldsAtOnce() throws IOException {
        StoredSession session = signedIn();
        monitor.sentUntil(raw);
        apply(
                session,
                SessionChange.NONE
                        .with("a", new AttributeChange.Put("1"))
                        .with("b", new AttributeChange.Swap("2", 0))
                        .with(new TokenChange(session.token(), Sessions.rotated(session.token(), now))));
        assertThat(monitor.sentByScriptsUntil(raw)).containsExactly("hmget", "hset", "publish");
    }

    @Test
    void aRotationIsOneScript() throws IOException {
        StoredSession session = signedIn();
        assertThat(sentBy(() -> apply(
                        session,
                        SessionChange.NONE.with(
                                new TokenChange(session.token(), Sessions.rotated(session.token(), now))))))
                .containsExactly("evalsha");
    }

    @Test
    void anEndAPageAndAnEndOfAllAreOneScriptEach() throws IOException {
        StoredSession session = signedIn();
        for (int i = 0; i < 19; i++) {
            signedIn();
        }
        assertThat(sentBy(() -> store.list(user, Optional.empty(), 20, now))).containsExactly("evalsha");
        assertThat(sentBy(() -> store.end(session.id(), EndReason.SIGNED_OUT, now)))
                .containsExactly("evalsha");
        assertThat(sentBy(() -> assertThat(store.endAll(user, Cutoff.everything(now), EndReason.ACCOUNT_CHANGED, now))
                        .hasSize(19)))
                .containsExactly("evalsha");
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
        assertThat(sentBy(() -> apply(session, SessionChange.NONE.with("a", new AttributeChange.Put("1")))))
                .containsExactly("evalsha", "eval");
        assertThat(store.find(session.id()).orElseThrow().revision()).isEqualTo(session.revision() + 1);
        assertThat(sentBy(() -> apply(session, SessionChange.NONE.with("a", new AttributeChange.Put("2")))))
                .containsExactly("evalsha");
    }

    /** What clients sent meanwhile; the server counted as many journeys, and as many scripts. */
    private List<String> sentBy(Runnable operation) throws IOException {
        monitor.sentUntil(raw);
        long scripts = raw.scripts();
        long taken = raw.taken();
        operation.run();
        long waits = raw.taken() - taken - 1;
        long run = raw.scripts() - scripts;
        List<String> sent = monitor.sentUntil(raw).stream()
                .filter(command -> !command.equals("info"))
                .toList();
        assertThat(waits).as("by the server's statistics").isEqualTo(sent.size());
        assertThat(run)
                .as("scripts by the server's statistics")
                .isEqualTo(sent.stream()
                        .filter(command -> command.startsWith("eval"))
                        .count());
        return sent;
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
