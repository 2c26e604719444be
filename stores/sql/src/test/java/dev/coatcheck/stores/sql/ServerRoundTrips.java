package dev.coatcheck.stores.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Created;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.CutoffLine;
import dev.coatcheck.store.CutoffStore;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionChange.AttributeChange;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.store.StoredToken;
import dev.coatcheck.store.TokenCreated;
import dev.coatcheck.store.TokenLimit;
import dev.coatcheck.store.TokenStore;
import dev.coatcheck.testkit.Sessions;
import dev.coatcheck.testkit.Tokens;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * How often an operation waits for the server: counted on the wire, and by the server itself. Each is warmed up first, so
 * that the drivers' prepared statements are in use.
 *
 * <p>No statistic of either server counts journeys. Both count statements and transactions: what was one statement was one
 * journey. Of a transaction of several statements they don't tell how many messages it came in; that is what the wire is
 * asked for.
 */
abstract class ServerRoundTrips {
    private static final PerUserLimit ONE = new PerUserLimit(1, PerUserLimit.Policy.END_OLDEST);

    /** What is a transaction of several statements; everything else is one statement. */
    private static final Set<String> TRANSACTIONS = Set.of(
            "sign-in",
            "sign-in that ends another",
            "sign-in on a record",
            "end all",
            "token",
            "token that is refused",
            "all tokens revoked");

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final ServerFixture server;
    private ServerDatabases databases;
    /** Rounds that count: in those before, statements are prepared. */
    private static final int LAST = 5;

    private TurnsProxy proxy;
    private SqlDatabase database;
    private SessionStore store;
    /** What taking the statistics is itself; anything else that goes on in the database (a clean-up by the server) adds to it. */
    private ServerWork reading = new ServerWork(0, 0);

    private final Map<String, List<Cost>> costs = new LinkedHashMap<>();

    ServerRoundTrips(ServerFixture server) {
        this.server = server;
    }

    @BeforeEach
    void open() throws Exception {
        databases = new ServerDatabases(server);
        proxy = new TurnsProxy(databases.port());
        database = SqlDatabase.open(databases.urlAt(proxy.port()) + "?pool=1&signals=all");
        store = new SqlSessionStore(database);
        // The first readings make what they need, and have the driver prepare them.
        for (int i = 0; i < 8; i++) {
            workOf(() -> {});
        }
        reading = ServerWork.median(
                IntStream.range(0, LAST).mapToObj(i -> workOf(() -> {})).toList());
    }

    @AfterEach
    void close() throws Exception {
        database.close();
        proxy.close();
        databases.close();
    }

    @Test
    void everyOperationKeepsToItsBudget() {
        for (int round = 0; round < 12; round++) {
            UserId user = Sessions.user();
            StoredSession visitor = Sessions.anonymous(now).build();
            StoredSession first = Sessions.of(user, now).attribute("a", "1").build();
            StoredSession second = Sessions.of(user, now.plusMillis(1)).build();
            measure("first write", () -> store.create(visitor, PerUserLimit.DEFAULT));
            measure("sign-in", () -> assertThat(store.create(first, ONE)).isInstanceOf(Created.Stored.class));
            measure("read", () -> store.find(first.id()));
            SessionChange everything = SessionChange.NONE
                    .with("a", new AttributeChange.Swap("2", 1))
                    .with("b.c", new AttributeChange.Put("2"))
                    .with("gone", new AttributeChange.Remove())
                    .with(new SessionChange.Touch(now.plusSeconds(60), now.plusSeconds(3600)))
                    .with(new SessionChange.TokenChange(first.token(), Sessions.rotated(first.token(), now)));
            measure(
                    "write",
                    () -> assertThat(store.apply(first.id(), new Guard(now, 0), everything))
                            .isInstanceOf(Changed.Applied.class));
            measure(
                    "write that is refused",
                    () -> assertThat(store.apply(first.id(), new Guard(now, 0), everything))
                            .isInstanceOf(Changed.Conflict.class));
            measure(
                    "sign-in that ends another",
                    () -> assertThat(store.create(second, ONE))
                            .isInstanceOfSatisfying(
                                    Created.Stored.class,
                                    made -> assertThat(made.ended()).containsExactly(first.id())));
            measure("list", () -> store.list(user, Optional.empty(), 10, now));
            measure(
                    "sign-in on a record",
                    () -> assertThat(store.apply(
                                    visitor.id(),
                                    new Guard(now, 0),
                                    SessionChange.NONE.with(
                                            Sessions.signIn(user, now.plusMillis(2), now.plusMillis(2), ONE))))
                            .isInstanceOfSatisfying(
                                    Changed.Applied.class,
                                    raised -> assertThat(raised.ended()).containsExactly(second.id())));
            measure(
                    "end all",
                    () -> assertThat(
                                    store.endAll(user, Cutoff.everything(now.plusMillis(3)), EndReason.SIGNED_OUT, now))
                            .containsExactly(visitor.id()));
            StoredSession third = Sessions.of(Sessions.user(), now).build();
            store.create(third, ONE);
            measure(
                    "end",
                    () -> assertThat(store.end(third.id(), EndReason.SIGNED_OUT, now))
                            .isTrue());
            measure("clock", () -> store.serverTime());
            measure("purge of nothing", () -> store.purge(now.minusSeconds(3_600), 100));
        }
        allKeepToTheirBudget();
    }

    @Test
    void tokensAndLinesAreOneRoundTripEach() {
        TokenStore tokens = new SqlTokenStore(database);
        CutoffStore lines = new SqlCutoffStore(database);
        for (int round = 0; round < 12; round++) {
            UserId user = Sessions.user();
            StoredToken token = Tokens.of(user, now, Optional.of(now.plusSeconds(60)));
            TokenLimit one = new TokenLimit(1, 1);
            measure("token", () -> assertThat(tokens.create(token, one)).isInstanceOf(TokenCreated.Stored.class));
            measure(
                    "token that is refused",
                    () -> assertThat(tokens.create(Tokens.of(user, now), one))
                            .isInstanceOf(TokenCreated.LimitReached.class));
            measure("token read", () -> assertThat(tokens.find(token.id())).contains(token));
            measure(
                    "token used",
                    () -> assertThat(tokens.touch(token.id(), now)).isTrue());
            measure("tokens listed", () -> tokens.list(user, Optional.empty(), 10));
            measure(
                    "token revoked",
                    () -> assertThat(tokens.revoke(user, token.id(), now)).isTrue());
            tokens.create(Tokens.of(user, now), TokenLimit.DEFAULT);
            measure(
                    "all tokens revoked",
                    () -> assertThat(tokens.revokeAll(user, now)).hasSize(1));
            measure("line", () -> lines.draw(user, CutoffLine.at(now, Duration.ofHours(1))));
            measure("line moved", () -> lines.draw(user, CutoffLine.at(now.plusMillis(1), Duration.ofHours(1))));
            measure(
                    "lines read",
                    () -> assertThat(
                                    lines.find(Sessions.id(), Optional.of(user)).user())
                            .isPresent());
            measure("purge of nothing", () -> tokens.purge(now.minusSeconds(3_600), 100));
        }
        allKeepToTheirBudget();
    }

    private void allKeepToTheirBudget() {
        costs.remove("purge of nothing");
        costs.forEach((operation, all) -> {
            List<Cost> last = all.subList(all.size() - LAST, all.size());
            Cost cost = new Cost(
                    last.stream().mapToInt(Cost::waits).max().orElseThrow(),
                    ServerWork.median(last.stream().map(Cost::work).toList()));
            System.out.printf("%s, %s: %s%n", server, operation, cost);
            int most = operation.equals("write that is refused") ? 2 : 1;
            assertThat(cost.waits()).as(operation).isEqualTo(most);
            assertThat(cost.work().commits()).as(operation).isEqualTo(most);
            if (!TRANSACTIONS.contains(operation)) {
                assertThat(cost.work().statements()).as(operation).isEqualTo(most);
            }
        });
    }

    @Test
    void aSignInThatForgetsOldTombstonesIsOneRoundTripToo() {
        List<ServerWork> works = new ArrayList<>();
        for (int round = 0; round < 8; round++) {
            UserId user = Sessions.user();
            for (int i = 0; i < 60; i++) {
                store.create(Sessions.of(user, now).build(), PerUserLimit.DEFAULT);
            }
            store.endAll(user, Cutoff.everything(now), EndReason.SIGNED_OUT, now);
            StoredSession session = Sessions.of(user, now.plusMillis(1)).build();
            Cost cost = cost(() -> store.create(session, PerUserLimit.DEFAULT));
            works.add(cost.work());
            assertThat(cost.waits()).isEqualTo(1);
            assertThat(tombstones(user)).isEqualTo(SessionStore.MOST_TOMBSTONES);
        }
        assertThat(ServerWork.median(works).commits()).isEqualTo(1);
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

    /** How often it waited, as the wire shows, and what that was to the server. */
    private record Cost(int waits, ServerWork work) {}

    private void measure(String operation, Runnable operating) {
        costs.computeIfAbsent(operation, first -> new ArrayList<>()).add(cost(operating));
    }

    private Cost cost(Runnable operation) {
        AtomicInteger waits = new AtomicInteger();
        ServerWork work = workOf(() -> {
            int before = proxy.turns();
            operation.run();
            waits.set(proxy.turns() - before);
        });
        return new Cost(waits.get(), work.minus(reading));
    }

    private ServerWork workOf(Runnable operation) {
        ServerWork before = server.work(database);
        operation.run();
        return server.work(database).minus(before);
    }
}
