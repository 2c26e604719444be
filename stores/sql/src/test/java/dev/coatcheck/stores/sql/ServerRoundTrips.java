package dev.coatcheck.stores.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Created;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionChange.AttributeChange;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Sessions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * How often an operation waits for the server, counted on the wire: a server's statistics count statements, and several of
 * them travel together. Each is warmed up first, so that the drivers' prepared statements are in use.
 */
abstract class ServerRoundTrips {
    private static final PerUserLimit ONE = new PerUserLimit(1, PerUserLimit.Policy.END_OLDEST);

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final ServerFixture server;
    private ServerDatabases databases;
    private TurnsProxy proxy;
    private SqlDatabase database;
    private SessionStore store;

    ServerRoundTrips(ServerFixture server) {
        this.server = server;
    }

    @BeforeEach
    void open() throws Exception {
        databases = new ServerDatabases(server);
        proxy = new TurnsProxy(databases.port());
        database = SqlDatabase.open(databases.urlAt(proxy.port()) + "?pool=1");
        store = new SqlSessionStore(database);
    }

    @AfterEach
    void close() throws Exception {
        database.close();
        proxy.close();
        databases.close();
    }

    @Test
    void everyOperationKeepsToItsBudget() {
        int[] findings = new int[12];
        for (int round = 0; round < 12; round++) {
            UserId user = Sessions.user();
            StoredSession visitor = Sessions.anonymous(now).build();
            StoredSession first = Sessions.of(user, now).attribute("a", "1").build();
            StoredSession second = Sessions.of(user, now.plusMillis(1)).build();
            int n = 0;
            findings[n++] = turns(() -> store.create(visitor, PerUserLimit.DEFAULT));
            findings[n++] = turns(() -> assertThat(store.create(first, ONE)).isInstanceOf(Created.Stored.class));
            findings[n++] = turns(() -> store.find(first.id()));
            SessionChange everything = SessionChange.NONE
                    .with("a", new AttributeChange.Swap("2", 1))
                    .with("b.c", new AttributeChange.Put("2"))
                    .with("gone", new AttributeChange.Remove())
                    .with(new SessionChange.Touch(now.plusSeconds(60), now.plusSeconds(3600)))
                    .with(new SessionChange.TokenChange(first.token(), Sessions.rotated(first.token(), now)));
            findings[n++] = turns(() -> assertThat(store.apply(first.id(), new Guard(now, 0), everything))
                    .isInstanceOf(Changed.Applied.class));
            findings[n++] = turns(() -> assertThat(store.apply(first.id(), new Guard(now, 0), everything))
                    .isInstanceOf(Changed.Conflict.class));
            findings[n++] = turns(() -> assertThat(store.create(second, ONE))
                    .isInstanceOfSatisfying(
                            Created.Stored.class,
                            made -> assertThat(made.ended()).containsExactly(first.id())));
            findings[n++] = turns(() -> store.list(user, Optional.empty(), 10, now));
            findings[n++] = turns(() -> assertThat(store.apply(
                            visitor.id(),
                            new Guard(now, 0),
                            SessionChange.NONE.with(Sessions.signIn(user, now.plusMillis(2), now.plusMillis(2), ONE))))
                    .isInstanceOfSatisfying(
                            Changed.Applied.class,
                            raised -> assertThat(raised.ended()).containsExactly(second.id())));
            findings[n++] = turns(() -> assertThat(
                            store.endAll(user, Cutoff.everything(now.plusMillis(3)), EndReason.SIGNED_OUT, now))
                    .containsExactly(visitor.id()));
            StoredSession third = Sessions.of(Sessions.user(), now).build();
            store.create(third, ONE);
            findings[n++] = turns(() ->
                    assertThat(store.end(third.id(), EndReason.SIGNED_OUT, now)).isTrue());
            findings[n++] = turns(() -> store.serverTime());
            findings[n] = turns(() -> store.purge(now.minusSeconds(3_600), 100));
        }
        System.out.printf(
                "%s, round trips: first write %d, sign-in %d, read %d, write %d (refused %d), sign-in that ends another %d,"
                        + " list %d, sign-in on a record %d, end all %d, end %d, clock %d, purge of nothing %d%n",
                server,
                findings[0],
                findings[1],
                findings[2],
                findings[3],
                findings[4],
                findings[5],
                findings[6],
                findings[7],
                findings[8],
                findings[9],
                findings[10],
                findings[11]);
        assertThat(Arrays.copyOf(findings, 11)).containsExactly(1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1);
    }

    @Test
    void aSignInThatForgetsOldTombstonesIsOneRoundTripToo() {
        for (int round = 0; round < 8; round++) {
            UserId user = Sessions.user();
            for (int i = 0; i < 60; i++) {
                store.create(Sessions.of(user, now).build(), PerUserLimit.DEFAULT);
            }
            store.endAll(user, Cutoff.everything(now), EndReason.SIGNED_OUT, now);
            StoredSession session = Sessions.of(user, now.plusMillis(1)).build();
            assertThat(turns(() -> store.create(session, PerUserLimit.DEFAULT))).isEqualTo(1);
            assertThat(tombstones(user)).isEqualTo(SessionStore.MOST_TOMBSTONES);
        }
    }

    private int tombstones(UserId user) {
        return database.read(
                "count",
                sql -> sql.first(
                                "SELECT count(*) FROM sessions WHERE user_id = ? AND ended_at IS NOT NULL",
                                row -> row.getInt(1),
                                user.value())
                        .orElseThrow());
    }

    private int turns(Runnable operation) {
        int before = proxy.turns();
        operation.run();
        return proxy.turns() - before;
    }
}
