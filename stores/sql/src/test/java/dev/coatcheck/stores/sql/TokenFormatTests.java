package dev.coatcheck.stores.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.CutoffLine;
import dev.coatcheck.store.CutoffLines;
import dev.coatcheck.store.CutoffStore;
import dev.coatcheck.store.StoredToken;
import dev.coatcheck.store.TokenCreated;
import dev.coatcheck.store.TokenLimit;
import dev.coatcheck.store.TokenStore;
import dev.coatcheck.testkit.Tokens;
import dev.coatcheck.token.SessionId;
import dev.coatcheck.token.TokenHash;
import dev.coatcheck.token.TokenId;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.text.MessageFormat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Upgrade and roll-back of personal tokens and lines: what a release has written is read and revoked by this one, and what a
 * newer one writes is no token here, can be revoked, and is not destroyed.
 *
 * <p>{@code tokens-format-N} is what a release writes, the same for every kind of database. It is put into the tables of the
 * release that began with that format, and these are brought to this one's. When {@link
 * #whatThisReleaseWritesIsTheRecordingOfItsFormat} fails, raise {@link StoredToken#FORMAT}, keep the recording and add another.
 */
abstract class TokenFormatTests {
    private static final String RECORDING = "tokens-format-1";

    /** The version of the tables that format 1 began with. */
    private static final String TABLES = "4";

    private static final Instant NOW = Instant.parse("2026-11-02T10:00:00Z");
    private static final UserId ANN = new UserId("ann{1}%7B");
    private static final SessionId SESSION = SessionId.of("0000000000000000000Ann");

    private static final StoredToken PLAIN = new StoredToken(
            new TokenId("0000000000000000000Tok"),
            ANN,
            "backup",
            TokenHash.ofHex("a5".repeat(TokenHash.BYTES)),
            Set.of(),
            NOW,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    private static final StoredToken FULL = new StoredToken(
            new TokenId("0000000000000000000tok"),
            ANN,
            " Ann's \"Käse\" \uD83D\uDD11 ",
            TokenHash.ofHex("5a".repeat(TokenHash.BYTES)),
            Set.of("repo:write", "Repo:read", "repo:read"),
            NOW.plusMillis(1),
            Optional.of(NOW.plusSeconds(86_400)),
            Optional.of(NOW.plusSeconds(60)),
            Optional.empty());
    private static final StoredToken REVOKED =
            Tokens.of(new TokenId("0000000000000000000Rev"), ANN, "revoked", NOW, Optional.empty());
    private static final CutoffLine OF_ANN = new CutoffLine(NOW, NOW.plusSeconds(60));
    private static final CutoffLine OF_SESSION = new CutoffLine(NOW.plusSeconds(7_200), NOW.plusSeconds(7_200));

    private final List<String> warnings = new ArrayList<>();
    private final Logger logger = Logger.getLogger("dev.coatcheck.stores");
    private final Handler listener = new Listener();
    private String url = "";
    private Optional<SqlDatabase> database = Optional.empty();

    /** The address of a database in which nothing is. */
    abstract String emptyDatabase() throws Exception;

    abstract Connection connect(String url) throws SQLException;

    abstract FluentConfiguration source(FluentConfiguration flyway, String url);

    /** Bytes as this database writes them, of their hexadecimal digits. */
    String bytes(String hex) {
        return "x'" + hex + "'";
    }

    @BeforeEach
    void listen() throws Exception {
        logger.addHandler(listener);
        url = emptyDatabase();
    }

    @AfterEach
    void close() {
        logger.removeHandler(listener);
        database.ifPresent(SqlDatabase::close);
    }

    @Test
    void whatThisReleaseWritesIsTheRecordingOfItsFormat() throws Exception {
        TokenStore tokens = new SqlTokenStore(opened());
        CutoffStore lines = new SqlCutoffStore(opened());
        for (StoredToken token : List.of(PLAIN, FULL)) {
            assertThat(tokens.create(token, TokenLimit.DEFAULT)).isEqualTo(new TokenCreated.Stored());
        }
        lines.draw(ANN, OF_ANN);
        lines.draw(SESSION, OF_SESSION);
        String written = rows("personal_tokens", TokenRow.COLUMNS, "TRUE")
                + rows("ticket_cutoffs", "subject, not_before, kept_until", "TRUE");
        Path copy = Path.of("target", RECORDING);
        Files.writeString(copy, written);
        assertThat(written)
                .as("the stored format has changed without StoredToken.FORMAT; what is written now: %s", copy)
                .isEqualTo(recording());
    }

    @Test
    void whatWasRecordedIsReadTouchedAndRevoked() throws Exception {
        SqlDatabase recorded = recorded();
        TokenStore tokens = new SqlTokenStore(recorded);
        assertThat(tokens.list(ANN, Optional.empty(), 10).items()).containsExactly(FULL, PLAIN);
        assertThat(tokens.touch(PLAIN.id(), NOW)).isTrue();
        assertThat(tokens.find(PLAIN.id())).contains(PLAIN.touched(NOW));
        assertThat(tokens.revokeAll(ANN, NOW)).containsExactlyInAnyOrder(PLAIN.id(), FULL.id());
        assertThat(tokens.find(FULL.id())).contains(FULL.revoked(NOW));
        CutoffStore lines = new SqlCutoffStore(recorded);
        assertThat(lines.find(SESSION, Optional.of(ANN)))
                .isEqualTo(new CutoffLines(Optional.of(OF_ANN), Optional.of(OF_SESSION)));
        assertThat(warnings).isEmpty();
    }

    @Test
    void aRecordOfANewerFormatIsNoTokenWithAWarningAndIsLeftAsItIs() throws Exception {
        TokenStore tokens = new SqlTokenStore(recorded());
        say("UPDATE personal_tokens SET format = 2 WHERE id = '" + FULL.id() + "'");
        String before = raw(FULL.id());
        assertThat(tokens.find(FULL.id())).isEmpty();
        assertThat(warnings).hasSize(1);
        assertThat(tokens.list(ANN, Optional.empty(), 10).items()).containsExactly(PLAIN);
        assertThat(tokens.list(ANN, tokens.list(ANN, Optional.empty(), 1).next(), 1)
                        .items())
                .containsExactly(PLAIN);
        assertThat(tokens.touch(FULL.id(), NOW)).isFalse();
        assertThat(tokens.purge(NOW.plusSeconds(1_000_000), 10)).isZero();
        assertThat(tokens.create(FULL, TokenLimit.DEFAULT)).isEqualTo(new TokenCreated.Taken());
        assertThat(tokens.create(REVOKED, new TokenLimit(2, 2))).isEqualTo(new TokenCreated.LimitReached());
        assertThat(raw(FULL.id())).isEqualTo(before);
    }

    @Test
    void aRecordOfANewerFormatCanBeRevokedHereAndIsRevokedThere() throws Exception {
        TokenStore tokens = new SqlTokenStore(recorded());
        say("UPDATE personal_tokens SET format = 2");
        assertThat(tokens.revoke(ANN, FULL.id(), NOW)).isTrue();
        assertThat(tokens.revokeAll(ANN, NOW)).containsExactly(PLAIN.id());
        say("UPDATE personal_tokens SET format = 1");
        assertThat(tokens.find(FULL.id())).contains(FULL.revoked(NOW));
        assertThat(tokens.find(PLAIN.id())).contains(PLAIN.revoked(NOW));
    }

    @Test
    void aDamagedRecordIsNoTokenWithAWarningThatShowsNoValueAndTakesNoOtherWithIt() throws Exception {
        for (String damage : List.of(
                "user_id = 'ann ann'", "scopes = 'a  b'", "scopes = 'a\"b'", "name = ' '", "expires_at = created_at")) {
            url = emptyDatabase();
            TokenStore tokens = new SqlTokenStore(recorded());
            say("UPDATE personal_tokens SET " + damage + " WHERE id = '" + FULL.id() + "'");
            warnings.clear();
            assertThat(tokens.find(FULL.id())).as(damage).isEmpty();
            assertThat(warnings).singleElement().asString().doesNotContain("Ann", "ann", "repo");
            assertThat(tokens.find(PLAIN.id())).contains(PLAIN);
            assertThat(tokens.list(ANN, Optional.empty(), 10).items()).containsExactly(PLAIN);
        }
    }

    private SqlDatabase opened() {
        if (database.isEmpty()) {
            database = Optional.of(SqlDatabase.open(url));
        }
        return database.get();
    }

    private SqlDatabase recorded() throws Exception {
        database.ifPresent(SqlDatabase::close);
        database = Optional.empty();
        source(Flyway.configure(getClass().getClassLoader()), url)
                .locations("classpath:db/migration/coatcheck-"
                        // MySQL's tables are MariaDB's.
                        + url.substring(0, url.indexOf(':')).replace("mysql", "mariadb"))
                .table("coatcheck_schema")
                .target(TABLES)
                .load()
                .migrate();
        for (String row : recording().split("\n", -1)) {
            if (!row.isEmpty()) {
                say(row.replaceAll("x'([0-9a-f]*)'", bytes("$1")));
            }
        }
        return opened();
    }

    private String recording() throws Exception {
        try (InputStream text = Objects.requireNonNull(TokenFormatTests.class.getResourceAsStream(RECORDING))) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String raw(TokenId id) throws SQLException {
        return rows("personal_tokens", TokenRow.COLUMNS, "id = '" + id + "'");
    }

    private String rows(String table, String columns, String where) throws SQLException {
        StringBuilder script = new StringBuilder();
        try (Connection connection = connect(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT " + columns + " FROM " + table + " WHERE " + where + " ORDER BY 1")) {
            while (rows.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= columns.split(", ", -1).length; i++) {
                    values.add(literal(rows.getObject(i)));
                }
                script.append(
                        "INSERT INTO " + table + " (" + columns + ") VALUES (" + String.join(", ", values) + ")\n");
            }
        }
        return script.toString();
    }

    private static String literal(@Nullable Object value) {
        if (value == null) {
            return "NULL";
        }
        if (value instanceof byte[] bytes) {
            return "x'" + HexFormat.of().formatHex(bytes) + "'";
        }
        return value instanceof Number
                ? value.toString()
                : "'" + value.toString().replace("'", "''") + "'";
    }

    private void say(String sql) throws SQLException {
        try (Connection connection = connect(url);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private final class Listener extends Handler {
        @Override
        public void publish(LogRecord record) {
            if (record.getLevel().equals(Level.WARNING)
                    && String.valueOf(record.getMessage()).contains("token")) {
                warnings.add(MessageFormat.format(record.getMessage(), record.getParameters()));
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
