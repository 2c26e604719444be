package dev.coatcheck.stores.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.Changed;
import dev.coatcheck.store.Created;
import dev.coatcheck.store.Cutoff;
import dev.coatcheck.store.EndReason;
import dev.coatcheck.store.Guard;
import dev.coatcheck.store.Page;
import dev.coatcheck.store.PageToken;
import dev.coatcheck.store.PerUserLimit;
import dev.coatcheck.store.SessionChange;
import dev.coatcheck.store.SessionChange.AttributeChange;
import dev.coatcheck.store.SessionStore;
import dev.coatcheck.store.StoredSession;
import dev.coatcheck.testkit.Sessions;
import dev.coatcheck.token.SessionId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the contract can't see: damage, other formats, the number of statements and the ways they take. */
class SqlSessionStoreTest {
    @TempDir
    static Path folder;

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final Warnings warnings = new Warnings();
    private SqliteFixture sqlite;
    private SessionStore store;

    @BeforeEach
    void open() throws IOException {
        sqlite = SqliteFixture.in(folder);
        store = sqlite.store();
        Logger.getLogger(SessionRow.class.getName()).addHandler(warnings);
    }

    @AfterEach
    void close() {
        Logger.getLogger(SessionRow.class.getName()).removeHandler(warnings);
        sqlite.close();
    }

    @Test
    void aDamagedRecordIsNoSuchRecordWithAWarningThatShowsNoValue() {
        List<String> damages = List.of(
                "attributes = '{\"cart\": [1, \"s3cret'",
                "attributes = '{\"cart\": \"s3cret\"}'",
                "attributes = '[\"s3cret\"]'",
                "attributes = '{\"s3cret/..\": [1, \"1\"]}'",
                "attributes = '{} \"s3cret\"'",
                "attributes = 's3cret'",
                "token_hash = x'00'",
                "salt = x''",
                "replaced = 's3cret'",
                "replaced = '1:2:3'",
                "transport = 's3cret'",
                "user_name = ''",
                "user_name = NULL",
                "user_id = ' '",
                "roles = NULL",
                "roles = 's3cret/'",
                "authenticated_at = NULL",
                "kid = -1",
                "device_name = 's3cret' || char(31)",
                "device_agent = char(31) || 's3cret', device_address = ''",
                "attributes = '{}' || char(31) || 's3cret'",
                "user_id = char(30) || 's3cret'",
                "end_reason = 's3cret', ended_at = 5");
        for (String damage : damages) {
            StoredSession session = stored(Sessions.of(Sessions.user(), now).attribute("cart", "\"s3cret\""));
            damage(session, damage);
            warnings.texts.clear();
            assertThat(store.find(session.id())).as(damage).isEmpty();
            assertThat(warnings.texts)
                    .as(damage)
                    .singleElement()
                    .satisfies(text ->
                            assertThat(text).contains(session.id().toString()).doesNotContain("s3cret"));
            assertThat(store.create(session, PerUserLimit.DEFAULT)).as(damage).isEqualTo(new Created.Taken());
        }
    }

    @Test
    void damagedAttributesAreNeverWrittenOver() {
        StoredSession session = stored(Sessions.of(Sessions.user(), now).attribute("a", "1"));
        damage(session, "attributes = '{\"a\": [1, '");
        Guard guard = new Guard(now, 0);
        SessionChange put = SessionChange.NONE.with("b", new AttributeChange.Put("1"));
        SessionChange swap = SessionChange.NONE.with("a", new AttributeChange.Swap("1", 1));
        SessionChange signIn = SessionChange.NONE.with(Sessions.signIn(Sessions.user(), now, "a"));
        for (SessionChange change : List.of(put, swap, signIn)) {
            assertThat(store.apply(session.id(), guard, change)).isEqualTo(new Changed.Dead(Optional.empty()));
        }
        assertThat(column(session, "attributes")).isEqualTo("{\"a\": [1, ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"salt = x''", "id = 'x'"})
    void anUnreadableRecordLeavesThePageAndNotTheList(String damage) {
        UserId user = Sessions.user();
        List<StoredSession> sessions = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            sessions.add(stored(Sessions.of(user, now.minusSeconds(i))));
        }
        damage(sessions.get(1), damage);
        Set<SessionId> seen = new HashSet<>();
        Optional<PageToken> after = Optional.empty();
        do {
            Page<StoredSession> page = store.list(user, after, 2, now);
            page.items().forEach(session -> seen.add(session.id()));
            after = page.next();
        } while (after.isPresent());
        assertThat(seen).hasSize(4).doesNotContain(sessions.get(1).id());
    }

    @Test
    void aDamagedKeyKeepsNobodyElseFromBeingEnded() {
        UserId user = Sessions.user();
        StoredSession damaged = stored(Sessions.of(user, now));
        StoredSession other = stored(Sessions.of(user, now));
        damage(damaged, "id = 'x'");
        assertThat(store.list(user, Optional.empty(), 10, now).items()).containsExactly(other);
        assertThat(store.endAll(user, Cutoff.everything(now), EndReason.REVOKED_BY_ADMIN, now))
                .containsExactly(other.id());
        int living = sqlite.database()
                .read(
                        "count",
                        sql -> sql.first("SELECT count(*) FROM sessions WHERE ended_at IS NULL", row -> row.getInt(1))
                                .orElseThrow());
        assertThat(living).isZero();
    }

    @Test
    void aRecordOfANewerFormatIsAbsentAndLeftAlone() {
        UserId user = Sessions.user();
        StoredSession session = stored(Sessions.of(user, now).attribute("a", "1"));
        damage(session, "format = 2, attributes = '{\"new\":\"shape\"}'");
        assertThat(store.find(session.id())).isEmpty();
        assertThat(warnings.texts)
                .singleElement()
                .satisfies(text -> assertThat(text).contains("format 2"));
        assertThat(store.apply(session.id(), new Guard(now, 0), SessionChange.NONE))
                .isEqualTo(new Changed.Dead(Optional.empty()));
        assertThat(store.create(session, PerUserLimit.DEFAULT)).isEqualTo(new Created.Taken());
        assertThat(store.list(user, Optional.empty(), 10, now).items()).isEmpty();
        assertThat(store.purge(session.deadline().plusSeconds(1), 10)).isZero();
        assertThat(column(session, "attributes")).isEqualTo("{\"new\":\"shape\"}");
        assertThat(column(session, "revision")).isEqualTo("1");
    }

    @Test
    void aRecordOfANewerFormatCanBeEnded() {
        UserId user = Sessions.user();
        StoredSession one = stored(Sessions.of(user, now));
        StoredSession other = stored(Sessions.of(user, now));
        damage(one, "format = 2, attributes = '{\"new\":\"shape\"}'");
        damage(other, "format = 2");
        assertThat(store.end(one.id(), EndReason.SIGNED_OUT, now)).isTrue();
        assertThat(store.endAll(user, Cutoff.everything(now), EndReason.REVOKED_BY_ADMIN, now))
                .containsExactly(other.id());
        assertThat(column(one, "end_reason")).isEqualTo("SIGNED_OUT");
        assertThat(column(one, "attributes")).isEqualTo("{\"new\":\"shape\"}");
        assertThat(column(other, "end_reason")).isEqualTo("REVOKED_BY_ADMIN");
    }

    @Test
    void purgeGoesOnInBatchesUpToItsBound() {
        sqlite.database().write("fill", sql -> {
            StoredSession session = Sessions.anonymous(now).build();
            for (int i = 0; i < 1_200; i++) {
                StoredSession each = Sessions.anonymous(session.createdAt())
                        .expiresAt(now.minusSeconds(60))
                        .build();
                var row = SessionRow.of(each);
                sql.update(
                        "INSERT INTO sessions (" + String.join(", ", row.keySet()) + ") VALUES ("
                                + "?, ".repeat(row.size() - 1) + "?)",
                        row.values().toArray());
            }
            return true;
        });
        assertThat(store.purge(now, 0)).isZero();
        assertThat(store.purge(now, -1)).isZero();
        assertThat(store.purge(now, 1_100)).isEqualTo(1_100);
        assertThat(store.purge(now, 1_100)).isEqualTo(100);
    }

    @Test
    void cutoffsAreForgottenWhenTheyMayBe() {
        UserId user = Sessions.user();
        store.endAll(user, new Cutoff(now, Optional.empty(), Duration.ofHours(1)), EndReason.SIGNED_OUT, now);
        store.purge(now.plusSeconds(3_600), 1);
        assertThat(cutoffs()).isEqualTo(1);
        store.purge(now.plusSeconds(3_601), 1);
        assertThat(cutoffs()).isZero();
    }

    private int cutoffs() {
        return sqlite.database()
                .read(
                        "count",
                        sql -> sql.first("SELECT count(*) FROM session_cutoffs", row -> row.getInt(1))
                                .orElseThrow());
    }

    @Test
    void everyOperationKeepsToItsBudgetOfStatements() throws Exception {
        sqlite.close();
        try (CountingEngine engine = new CountingEngine(sqlite.file());
                SqlDatabase database = new SqlDatabase(engine)) {
            SessionStore counted = new SqlSessionStore(database);
            UserId user = Sessions.user();
            StoredSession session = Sessions.of(user, now).attribute("a", "1").build();
            Guard guard = new Guard(now, 0);

            assertThat(engine.statementsOf(() -> counted.create(session, PerUserLimit.DEFAULT)))
                    .hasSize(4);
            assertThat(engine.statementsOf(() -> counted.find(session.id()))).hasSize(1);
            SessionChange everything = SessionChange.NONE
                    .with("a", new AttributeChange.Swap("2", 1))
                    .with("b.c", new AttributeChange.Put("2"))
                    .with("gone", new AttributeChange.Remove())
                    .with(new SessionChange.Touch(now.plusSeconds(60), now.plusSeconds(3600)))
                    .with(new SessionChange.TokenChange(session.token(), Sessions.rotated(session.token(), now)));
            assertThat(engine.statementsOf(() -> assertThat(counted.apply(session.id(), guard, everything))
                            .isInstanceOf(Changed.Applied.class)))
                    .singleElement()
                    .asString()
                    .startsWith("UPDATE sessions");
            assertThat(engine.statementsOf(() -> assertThat(counted.apply(session.id(), guard, everything))
                            .isInstanceOf(Changed.Conflict.class)))
                    .hasSize(2);
            assertThat(engine.statementsOf(() -> counted.list(user, Optional.empty(), 10, now)))
                    .hasSize(1);
            assertThat(engine.statementsOf(() -> counted.end(session.id(), EndReason.SIGNED_OUT, now)))
                    .hasSize(1);
            assertThat(engine.statementsOf(
                            () -> counted.endAll(user, Cutoff.everything(now), EndReason.SIGNED_OUT, now)))
                    .hasSize(2);
        }
        sqlite = SqliteFixture.in(folder);
    }

    /** Its driver reads the name with every query: of a column without one that is all that it is computed by. */
    @Test
    void aReadBringsOneColumnWithAShortName() {
        StoredSession session = stored(Sessions.of(Sessions.user(), now));
        List<String> names = sqlite.database()
                .read(
                        "look",
                        sql -> sql.first(
                                        SessionSteps.SELECT_PACKED,
                                        row -> {
                                            List<String> labels = new ArrayList<>();
                                            for (int i = 1;
                                                    i <= row.getMetaData().getColumnCount();
                                                    i++) {
                                                labels.add(row.getMetaData().getColumnLabel(i));
                                            }
                                            return labels;
                                        },
                                        session.id().toString())
                                .orElseThrow());
        assertThat(names).containsExactly("s");
    }

    @Test
    void nothingIsSearchedByScanningTheTable() throws Exception {
        sqlite.close();
        try (CountingEngine engine = new CountingEngine(sqlite.file());
                SqlDatabase database = new SqlDatabase(engine)) {
            SessionStore counted = new SqlSessionStore(database);
            UserId user = Sessions.user();
            StoredSession first = Sessions.of(user, now).build();
            PerUserLimit one = new PerUserLimit(1, PerUserLimit.Policy.END_OLDEST);
            List<String> statements = new ArrayList<>();
            statements.addAll(engine.statementsOf(() -> counted.create(first, one)));
            statements.addAll(engine.statementsOf(
                    () -> counted.create(Sessions.of(user, now).build(), one)));
            Optional<PageToken> after = Optional.of(new PageToken(now.toEpochMilli() + "." + first.id()));
            statements.addAll(engine.statementsOf(() -> counted.list(user, Optional.empty(), 1, now)));
            statements.addAll(engine.statementsOf(() -> counted.list(user, after, 1, now)));
            statements.addAll(engine.statementsOf(() -> counted.end(first.id(), EndReason.SIGNED_OUT, now)));
            statements.addAll(
                    engine.statementsOf(() -> counted.endAll(user, Cutoff.everything(now), EndReason.SIGNED_OUT, now)));
            statements.addAll(engine.statementsOf(() -> counted.purge(now, 10)));
            assertThat(statements).hasSizeGreaterThan(10);
            for (String statement : statements) {
                List<String> plan = engine.plan(statement);
                assertThat(plan).as("%s%n%s", statement, plan).noneMatch(step -> step.startsWith("SCAN "));
                if (statement.contains("ORDER BY ended_at")) {
                    assertThat(plan).as(statement).anyMatch(step -> step.contains("tombstones_of_user"));
                }
                if (statement.contains("ORDER BY authenticated_at") || statement.contains("ORDER BY ended_at")) {
                    assertThat(plan).as(statement).noneMatch(step -> step.contains("TEMP B-TREE"));
                }
            }
        }
        sqlite = SqliteFixture.in(folder);
    }

    private StoredSession stored(Sessions sample) {
        StoredSession session = sample.build();
        assertThat(store.create(session, PerUserLimit.DEFAULT)).isInstanceOf(Created.Stored.class);
        return session;
    }

    private void damage(StoredSession session, String assignment) {
        int rows = sqlite.database()
                .write(
                        "damage",
                        sql -> sql.update(
                                "UPDATE sessions SET " + assignment + " WHERE id = ?",
                                session.id().toString()));
        assertThat(rows).isEqualTo(1);
    }

    private String column(StoredSession session, String name) {
        return sqlite.database()
                .read(
                        "look",
                        sql -> sql.first(
                                        "SELECT " + name + " FROM sessions WHERE id = ?",
                                        row -> row.getString(1),
                                        session.id().toString())
                                .orElseThrow());
    }

    /** What was logged, as it would be printed. */
    private static final class Warnings extends Handler {
        private final List<String> texts = new ArrayList<>();

        @Override
        public void publish(LogRecord record) {
            texts.add(new SimpleFormatter().format(record));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
