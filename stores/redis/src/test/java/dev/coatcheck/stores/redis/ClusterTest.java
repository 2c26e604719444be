package dev.coatcheck.stores.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Created;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionChange.AttributeChange;
import dev.coatcheck.store.SessionChange.Touch;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Sessions;
import dev.coatcheck.token.SessionId;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What only a Cluster has: two slots for one sign-in, and what happens between them. */
class ClusterTest {
    private static final PerUserLimit ONE = new PerUserLimit(1, PerUserLimit.Policy.END_OLDEST);

    @RegisterExtension
    static final ClusterExtension REDIS = new ClusterExtension(RedisBinary.EMBEDDED);

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final UserId user = Sessions.user();
    private final List<Raw> raws = new ArrayList<>();
    private RedisSettings settings = RedisSettings.DEFAULT;
    private RedisSessionStore store;
    private RedisLink link;
    private Places places;
    private Script create;
    private Script raise;

    @BeforeEach
    void open() {
        settings = REDIS.settings().withTombstones(Duration.ofMillis(400));
        store = RedisSessionStore.open(settings);
        link = Clients.cluster(settings);
        Script.Constants constants = Script.Constants.of(settings, false);
        places = new Places(link, new Keys(settings.prefix()), constants);
        create = Script.of("create", constants);
        raise = Script.of("raise", constants);
        REDIS.processes().forEach(process -> raws.add(new Raw(process.url())));
        raws.forEach(raw -> raw.commands().flushall());
    }

    @AfterEach
    void close() {
        raws.forEach(Raw::close);
        link.close();
        store.close();
    }

    @Test
    void aSignInOnItsWayIsRefusedByAnEndOfAllThatOvertakesIt() {
        StoredSession session = Sessions.of(user, now).build();
        reserve(session.id(), PerUserLimit.DEFAULT);
        assertThat(store.endAll(user, Cutoff.everything(now), EndReason.ACCOUNT_CHANGED, now))
                .isEmpty();
        assertThat(arrive(session)).isEqualTo(new Created.CutOff());
        assertThat(store.find(session.id())).isEmpty();
    }

    @Test
    void aRaiseOnItsWayIsRefusedByAnEndOfAllThatOvertakesIt() {
        StoredSession session = Sessions.anonymous(now).build();
        store.create(session, PerUserLimit.DEFAULT);
        reserve(session.id(), PerUserLimit.DEFAULT);
        assertThat(store.endAll(user, Cutoff.everything(now), EndReason.ACCOUNT_CHANGED, now))
                .isEmpty();
        assertThat(raise(session)).isEqualTo(new Changed.CutOff());
        assertThat(store.find(session.id())).contains(session);
    }

    @Test
    void anEndOfAllFindsASignInThatArrivedBeforeItLooked() {
        StoredSession session = Sessions.of(user, now).build();
        reserve(session.id(), PerUserLimit.DEFAULT);
        assertThat(arrive(session)).isInstanceOf(Created.Stored.class);
        assertThat(store.endAll(user, Cutoff.everything(now), EndReason.ACCOUNT_CHANGED, now))
                .containsExactly(session.id());
    }

    @Test
    void whatANewerReleaseWroteIsEndedAloneOrWithAllOthersAndKeepsItsValues() {
        StoredSession one = newer();
        StoredSession other = newer();
        try (RedisSessionStore lasting = RedisSessionStore.open(settings.withTombstones(Duration.ofDays(1)))) {
            assertThat(lasting.end(one.id(), EndReason.SIGNED_OUT, now)).isTrue();
            assertThat(lasting.endAll(user, Cutoff.everything(now), EndReason.ACCOUNT_CHANGED, now))
                    .containsExactly(other.id());
        }
        assertThat(rawRecord(one))
                .containsEntry("x", "SIGNED_OUT " + now.toEpochMilli())
                .containsEntry("@a", "1:1");
        assertThat(rawRecord(other))
                .containsEntry("x", "ACCOUNT_CHANGED " + now.toEpochMilli())
                .containsEntry("@a", "1:1");
    }

    /** "Taken" would be a wrong answer: the id may hold nothing but a fence. */
    @Test
    void aServerThatRefusesToSayWhetherThereIsOnlyAFenceIsUnavailable() {
        raws.forEach(raw -> raw.letIn("blind"));
        int port = REDIS.processes().get(0).port();
        try (RedisSessionStore blind =
                RedisSessionStore.open(settings.withAddress(RedisAddress.of("redis://blind:pw@127.0.0.1:" + port)))) {
            Instant later = now.plusMillis(1);
            StoredSession fenced = Sessions.of(user, now).build();
            reserve(fenced.id(), PerUserLimit.DEFAULT);
            store.endAll(user, Cutoff.everything(now), EndReason.ACCOUNT_CHANGED, now);
            StoredSession again =
                    Sessions.of(Sessions.user(), later).id(fenced.id()).build();
            reserve(Sessions.id(), PerUserLimit.DEFAULT, later);
            raws.forEach(raw ->
                    raw.commands().aclSetuser("blind", AclSetuserArgs.Builder.removeCommand(CommandType.HEXISTS)));

            assertThatThrownBy(() -> blind.create(again, PerUserLimit.DEFAULT))
                    .isInstanceOf(StoreUnavailableException.class);
            assertThatThrownBy(() -> blind.endAll(user, Cutoff.everything(later), EndReason.ACCOUNT_CHANGED, later))
                    .isInstanceOf(StoreUnavailableException.class);
            assertThat(store.create(again, PerUserLimit.DEFAULT)).isInstanceOf(Created.Stored.class);
        }
    }

    private StoredSession newer() {
        StoredSession session = Sessions.of(user, now).attribute("a", "1").build();
        assertThat(store.create(session, PerUserLimit.DEFAULT)).isInstanceOf(Created.Stored.class);
        holding(session).commands().hset(record(session), "v", "2");
        assertThat(store.find(session.id())).isEmpty();
        return session;
    }

    private Map<String, String> rawRecord(StoredSession session) {
        return holding(session).commands().hgetall(record(session));
    }

    private Raw holding(StoredSession session) {
        return raws.stream()
                .filter(raw -> raw.keys("*").contains(record(session)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aSignInOnItsWayIsEndedOnArrivalByANewerOneAtTheLimit() {
        StoredSession late = Sessions.of(user, now).build();
        reserve(late.id(), ONE);
        StoredSession newer = Sessions.of(user, now.plusMillis(1)).build();
        assertThat(store.create(newer, ONE)).isEqualTo(new Created.Stored(Set.of(late.id())));
        assertThat(arrive(late)).isInstanceOf(Created.Stored.class);
        assertThat(store.find(late.id()).orElseThrow().ending())
                .hasValueSatisfying(ending -> assertThat(ending.why()).isEqualTo(EndReason.LIMIT));
        assertThat(store.list(user, Optional.empty(), 10, now).items()).containsExactly(newer);
    }

    @Test
    void aRaiseOnItsWayIsEndedOnArrivalByANewerSignInAtTheLimit() {
        StoredSession late = Sessions.anonymous(now).build();
        store.create(late, PerUserLimit.DEFAULT);
        reserve(late.id(), ONE);
        StoredSession newer = Sessions.of(user, now.plusMillis(1)).build();
        assertThat(store.create(newer, ONE)).isEqualTo(new Created.Stored(Set.of(late.id())));
        assertThat(raise(late)).isInstanceOf(Changed.Applied.class);
        assertThat(store.find(late.id()).orElseThrow().aliveAt(now)).isFalse();
        assertThat(store.list(user, Optional.empty(), 10, now).items()).containsExactly(newer);
    }

    @Test
    void aPlaceWhoseSignInNeverCameIsNotListedAndMakesRoomFirst() {
        reserve(Sessions.id(), ONE);
        assertThat(store.list(user, Optional.empty(), 10, now).items()).isEmpty();
        StoredSession session = Sessions.of(user, now.plusMillis(1)).build();
        assertThat(store.create(session, ONE)).isInstanceOf(Created.Stored.class);
        assertThat(store.list(user, Optional.empty(), 10, now).items()).containsExactly(session);
    }

    @Test
    void aRefusalLooksAgainWhenAWordWasLost() {
        PerUserLimit refuse = new PerUserLimit(1, PerUserLimit.Policy.REFUSE);
        StoredSession ended = Sessions.of(user, now).build();
        store.create(ended, refuse);
        // Ended as if the word to the user's slot had got lost.
        Script end = Script.of("end", Script.Constants.of(settings, false));
        link.await("test", link.run(end, record(ended), Arguments.end(EndReason.SIGNED_OUT, now, OptionalInt.empty())));
        assertThat(store.create(Sessions.of(user, now).build(), refuse)).isInstanceOf(Created.Stored.class);
        assertThat(store.create(Sessions.of(user, now).build(), refuse)).isEqualTo(new Created.LimitReached());
    }

    @Test
    void afterTheLastTombstonesEndEveryNodeIsEmpty() {
        StoredSession lost = Sessions.of(user, now).build();
        reserve(Sessions.id(), PerUserLimit.DEFAULT);
        StoredSession brief =
                Sessions.of(user, now).idle(Duration.ofMillis(100)).build();
        store.create(brief, PerUserLimit.DEFAULT);
        store.create(lost, PerUserLimit.DEFAULT);
        store.apply(brief.id(), new Guard(now, 0), touch(now.plusMillis(200)));
        Cutoff brevity = new Cutoff(now, Optional.empty(), Duration.ofMillis(100));
        store.endAll(user, brevity, EndReason.SIGNED_OUT, now);
        // The place whose sign-in never came stays until its deadline: let that be now.
        raws.forEach(raw -> raw.keys("*:user:*").stream()
                .filter(key -> raw.commands().pttl(key) > 60_000)
                .forEach(key -> raw.commands().pexpire(key, 100)));
        await().atMost(Duration.ofSeconds(10))
                .until(() ->
                        raws.stream().mapToLong(raw -> raw.commands().dbsize()).sum() == 0);
    }

    @Test
    void afterTheLastOfManyTombstonesEveryNodeIsEmpty() {
        for (int i = 0; i < 70; i++) {
            StoredSession session =
                    Sessions.of(user, now).idle(Duration.ofMillis(100)).build();
            store.create(session, PerUserLimit.DEFAULT);
            store.end(session.id(), EndReason.SIGNED_OUT, now);
        }
        assertThat(raws.stream().mapToLong(raw -> raw.commands().dbsize()).sum())
                .isPositive();
        await().atMost(Duration.ofSeconds(10))
                .until(() ->
                        raws.stream().mapToLong(raw -> raw.commands().dbsize()).sum() == 0);
    }

    @Test
    void aSignInTakesTwoScriptsAndEverythingElseOneBesideAWordThatNobodyWaitsFor() throws IOException {
        StoredSession session = Sessions.of(user, now).build();
        store.create(session, PerUserLimit.DEFAULT);
        store.apply(session.id(), new Guard(now, 0), touch(session.deadline().plusSeconds(1)));
        store.end(session.id(), EndReason.SIGNED_OUT, now);
        try (Monitors monitors = new Monitors()) {
            StoredSession second = Sessions.of(user, now).build();
            assertThat(monitors.sentBy(() -> store.create(second, PerUserLimit.DEFAULT)))
                    .containsExactly("evalsha", "evalsha");
            assertThat(monitors.sentBy(() -> store.find(second.id()))).containsExactly("hgetall");
            assertThat(monitors.sentBy(() -> put(second))).containsExactly("evalsha");
            assertThat(monitors.sentBy(
                            () -> store.create(Sessions.anonymous(now).build(), PerUserLimit.DEFAULT)))
                    .containsExactly("evalsha");
            store.list(user, Optional.empty(), 10, now);
            assertThat(monitors.sent())
                    .startsWith("evalsha")
                    .filteredOn("evalsha"::equals)
                    .hasSizeLessThan(3);
        }
    }

    private void put(StoredSession session) {
        store.apply(session.id(), new Guard(now, 0), SessionChange.NONE.with("a", new AttributeChange.Put("1")));
    }

    /** One for each node. */
    private final class Monitors implements AutoCloseable {
        private final List<Monitor> monitors = new ArrayList<>();

        Monitors() throws IOException {
            for (RedisProcess process : REDIS.processes()) {
                monitors.add(new Monitor(process.port()));
            }
        }

        /** Beside what the client asks to know the nodes; by the servers' own statistics it was as many scripts. */
        List<String> sentBy(Runnable operation) throws IOException {
            sent();
            long before = scripts();
            operation.run();
            long run = scripts() - before;
            List<String> sent = sent();
            assertThat(run)
                    .as("scripts by the servers' statistics")
                    .isEqualTo(sent.stream().filter("evalsha"::equals).count());
            return sent;
        }

        private long scripts() {
            return raws.stream().mapToLong(Raw::scripts).sum();
        }

        private List<String> sent() throws IOException {
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < monitors.size(); i++) {
                monitors.get(i).sentUntil(raws.get(i)).stream()
                        .filter(command -> !command.equals("cluster") && !command.equals("info"))
                        .forEach(sent::add);
            }
            sent.sort(null);
            return sent;
        }

        @Override
        public void close() throws IOException {
            for (Monitor monitor : monitors) {
                monitor.close();
            }
        }
    }

    private void reserve(SessionId id, PerUserLimit limit) {
        reserve(id, limit, now);
    }

    private void reserve(SessionId id, PerUserLimit limit, Instant provedAt) {
        SignIn signIn = new SignIn(user, id, provedAt, now.plus(Duration.ofMinutes(30)), now, limit);
        assertThat(places.reserve("test", signIn).outcome()).isEqualTo("reserved");
    }

    private Created arrive(StoredSession session) {
        List<String> args = Arguments.create(session, PerUserLimit.DEFAULT);
        return Replies.created(link.await("test", link.run(create, record(session), args)));
    }

    private Changed raise(StoredSession session) {
        SessionChange signIn = SessionChange.NONE.with(Sessions.signIn(user, now));
        List<String> args =
                Arguments.raise(new Guard(now, 0), signIn, signIn.privilege().orElseThrow());
        return Replies.changed(session.id(), link.await("test", link.run(raise, record(session), args)));
    }

    private static SessionChange touch(Instant deadline) {
        return SessionChange.NONE.with(new Touch(deadline.minusSeconds(1), deadline));
    }

    private String record(StoredSession session) {
        return new Keys(settings.prefix()).record(session.id());
    }
}
