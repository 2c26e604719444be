package dev.coatcheck.stores.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coatcheck.session.UserId;
import dev.coatcheck.store.CutoffLine;
import dev.coatcheck.store.CutoffStore;
import dev.coatcheck.store.PageToken;
import dev.coatcheck.store.StoredToken;
import dev.coatcheck.store.TokenLimit;
import dev.coatcheck.store.TokenPosition;
import dev.coatcheck.store.TokenStore;
import dev.coatcheck.testkit.Sessions;
import dev.coatcheck.testkit.Tokens;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteTokenFormatTest extends TokenFormatTests {
    @TempDir
    static Path folder;

    @Override
    String emptyDatabase() throws Exception {
        return "sqlite:" + Files.createTempDirectory(folder, "db").resolve("coatcheck.db");
    }

    @Override
    Connection connect(String url) throws SQLException {
        return DriverManager.getConnection("jdbc:" + url);
    }

    @Override
    FluentConfiguration source(FluentConfiguration flyway, String url) {
        return flyway.dataSource("jdbc:" + url, null, null);
    }

    @Test
    void nothingIsSearchedByScanningTheTable() throws Exception {
        Path file = Path.of(emptyDatabase().substring("sqlite:".length()));
        SqlDatabase.sqlite(file).close();
        Instant now = Instant.parse("2026-11-20T08:30:00Z");
        UserId user = Sessions.user();
        StoredToken token = Tokens.of(user, now);
        try (CountingEngine engine = new CountingEngine(file);
                SqlDatabase database = new SqlDatabase(engine)) {
            TokenStore tokens = new SqlTokenStore(database);
            CutoffStore lines = new SqlCutoffStore(database);
            Optional<PageToken> after = Optional.of(TokenPosition.of(token).token());
            List<String> statements = new ArrayList<>(engine.statementsOf(() -> {
                tokens.create(token, TokenLimit.DEFAULT);
                tokens.create(token, TokenLimit.DEFAULT);
                tokens.find(token.id());
                tokens.touch(token.id(), now);
                tokens.list(user, Optional.empty(), 10);
                tokens.list(user, after, 10);
                tokens.revoke(user, token.id(), now);
                tokens.revokeAll(user, now);
                tokens.purge(now, 10);
                lines.draw(user, new CutoffLine(now, now));
                lines.find(Sessions.id(), Optional.of(user));
                lines.purge(now, 10);
            }));
            assertThat(statements).hasSize(13);
            for (String statement : statements) {
                List<String> plan = engine.plan(statement);
                assertThat(plan)
                        .as("%s%n%s", statement, plan)
                        .noneMatch(step -> step.startsWith("SCAN personal") || step.startsWith("SCAN ticket"))
                        .noneMatch(step -> step.contains("TEMP B-TREE"));
            }
        }
    }
}
