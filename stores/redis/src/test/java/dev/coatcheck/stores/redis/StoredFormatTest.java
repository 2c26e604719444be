package dev.coatcheck.stores.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Created;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionChange.AttributeChange;
import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Sessions;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What lies in the database, and what becomes of a record that this release can't read. */
class StoredFormatTest {
    @RegisterExtension
    static final RedisServerExtension REDIS = new RedisServerExtension(RedisBinary.EMBEDDED);

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final UserId user = Sessions.user();
    private RedisSettings settings = RedisSettings.DEFAULT;
    private RedisSessionStore store;
    private Raw raw;

    @BeforeEach
    void open() {
        settings = REDIS.settings();
        store = RedisSessionStore.open(settings);
        raw = new Raw(REDIS.process().url());
        raw.commands().flushall();
    }

    @AfterEach
    void close() {
        raw.close();
        store.close();
    }

    @Test
    void keysNameTheSessionOrTheUserAndNothingElse() {
        StoredSession session = stored(Sessions.of(user, now).attribute("cart", "[1]"));
        store.endAll(user, Cutoff.allBut(session.id(), now), EndReason.ACCOUNT_CHANGED, now);
        String prefix = settings.prefix();
        assertThat(raw.keys("*"))
                .containsExactlyInAnyOrder(
                        prefix + ":{" + session.id() + "}",
                        prefix + ":user:{" + user + "}:index",
                        prefix + ":user:{" + user + "}:signins",
                        prefix + ":user:{" + user + "}:cutoff");
        assertThat(raw.commands().hgetall(record(session)))
                .containsOnlyKeys("v", "b", "e", "r", "s", "d", "t", "f", "u", "a", "@cart")
                .containsEntry("@cart", "1:[1]");
    }

    @Test
    void onlyTheHashOfATicketIsStored() {
        StoredSession session = stored(Sessions.of(user, now));
        String token = raw.commands().hget(record(session), "t");
        byte[] hash = Base64.getUrlDecoder().decode(token.split(" ", -1)[1]);
        assertThat(HexFormat.of().formatHex(hash))
                .isEqualTo(session.token().hash().hex());
        assertThat(raw.keys("*")).noneMatch(key -> key.contains(token.split(" ", -1)[1]));
    }

    @ParameterizedTest
    @ValueSource(strings = {"d", "e", "r", "s", "t"})
    void aDamagedRecordIsAbsentAndLeftAsItIs(String field) {
        StoredSession session = stored(Sessions.of(user, now).attribute("a", "1"));
        raw.commands().hdel(record(session), field);
        isAbsentAndLeftAsItIs(session);
    }

    @ParameterizedTest
    @ValueSource(strings = {"b", "f", "a", "u", "x", "@a", "t", "e"})
    void anyDamageIsAbsenceForAReader(String field) {
        StoredSession session = stored(Sessions.of(user, now).attribute("a", "1"));
        raw.commands().hset(record(session), field, "\nnonsense");
        assertThat(store.find(session.id())).isEmpty();
        assertThat(store.list(user, Optional.empty(), 10, now).items()).isEmpty();
    }

    @Test
    void somethingElseUnderTheKeyIsNoRecord() {
        StoredSession session = Sessions.of(user, now).build();
        raw.commands().set(record(session), "a string");
        assertThat(store.find(session.id())).isEmpty();
        assertThat(store.create(session, PerUserLimit.DEFAULT)).isEqualTo(new Created.Taken());
        assertThat(apply(session)).isEqualTo(new Changed.Dead(Optional.empty()));
        assertThat(store.end(session.id(), EndReason.SIGNED_OUT, now)).isFalse();
        assertThat(raw.commands().get(record(session))).isEqualTo("a string");
    }

    /** A sign-out for whoever may not be looked at just now would be a wrong answer, and for good in a browser. */
    @Test
    void aRecordThatTheServerRefusesToShowIsNotAbsent() {
        raw.letIn("blind");
        StoredSession session = stored(Sessions.of(user, now));
        try (RedisSessionStore blind = RedisSessionStore.open(settings.withAddress(
                RedisAddress.of("redis://blind:pw@127.0.0.1:" + REDIS.process().port())))) {
            raw.commands().aclSetuser("blind", AclSetuserArgs.Builder.removeCommand(CommandType.HMGET));
            Guard guard = new Guard(now, session.epoch());
            for (ThrowingCallable operation : List.<ThrowingCallable>of(
                    () -> blind.apply(session.id(), guard, SessionChange.NONE),
                    () -> blind.apply(session.id(), guard, SessionChange.NONE.with(Sessions.signIn(user, now))),
                    () -> blind.end(session.id(), EndReason.SIGNED_OUT, now),
                    () -> blind.endAll(user, Cutoff.everything(now), EndReason.SIGNED_OUT, now),
                    () -> blind.list(user, Optional.empty(), 10, now))) {
                assertThatThrownBy(operation).isInstanceOf(StoreUnavailableException.class);
            }
        }
        assertThat(store.find(session.id())).contains(session);
    }

    @Test
    void aPageGoesOnBehindARecordThatCannotBeRead() {
        StoredSession oldest = stored(Sessions.of(user, now.minusSeconds(9)));
        StoredSession broken = stored(Sessions.of(user, now.minusSeconds(5)));
        StoredSession newest = stored(Sessions.of(user, now));
        raw.commands().hset(record(broken), "f", "nonsense");
        assertThat(store.list(user, Optional.empty(), 1, now).items()).containsExactly(newest);
        var second = store.list(user, store.list(user, Optional.empty(), 1, now).next(), 1, now);
        assertThat(second.items()).isEmpty();
        assertThat(store.list(user, second.next(), 1, now).items()).containsExactly(oldest);
    }

    private void isAbsentAndLeftAsItIs(StoredSession session) {
        Map<String, String> before = raw.commands().hgetall(record(session));
        assertThat(store.find(session.id())).isEmpty();
        assertThat(store.list(user, Optional.empty(), 10, now).items()).isEmpty();
        assertThat(apply(session)).isEqualTo(new Changed.Dead(Optional.empty()));
        assertThat(store.end(session.id(), EndReason.SIGNED_OUT, now)).isFalse();
        assertThat(store.endAll(user, Cutoff.everything(now), EndReason.SIGNED_OUT, now))
                .isEmpty();
        assertThat(store.create(session, PerUserLimit.DEFAULT)).isIn(new Created.Taken(), new Created.CutOff());
        assertThat(raw.commands().hgetall(record(session))).isEqualTo(before);
    }

    private Changed apply(StoredSession session) {
        return store.apply(
                session.id(),
                new Guard(now, session.epoch()),
                SessionChange.NONE.with("b", new AttributeChange.Put("1")));
    }

    private StoredSession stored(Sessions sample) {
        StoredSession session = sample.build();
        store.create(session, PerUserLimit.DEFAULT);
        return session;
    }

    private String record(StoredSession session) {
        return new Keys(settings.prefix()).record(session.id());
    }
}
