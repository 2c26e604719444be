package dev.coatcheck.stores.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class MariadbDatabaseTest extends MysqldDatabaseTests {
    MariadbDatabaseTest() {
        super(ServerFixture.MARIADB);
    }

    @Test
    void encryptionThatItsDriverWouldLeaveOutIsRefused() {
        assertThatThrownBy(() -> SqlDatabase.open("mariadb://user@host/db?sslmode=prefer"))
                .isInstanceOf(DatabaseSetupException.class)
                .hasMessageContaining("would go on without encryption")
                .hasMessageContaining("Write sslmode=verify-full");
    }

    /** Each statement of a migration commits by itself there. */
    @Test
    void whatANodeThatDiedLeftHalfMadeIsMadeWhole() throws Exception {
        String url = ServerFixture.MARIADB.emptyDatabase();
        SqlDatabase.open(url).close();
        try (Connection connection = ServerFixture.connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE ticket_cutoffs");
            statement.execute("DELETE FROM personal_token_locks WHERE user_group > 7");
            statement.execute("DELETE FROM coatcheck_schema WHERE version = '4'");
            SqlDatabase.open(url).close();
            statement.execute("DROP TABLE ticket_cutoffs");
            statement.execute("UPDATE coatcheck_schema SET success = FALSE WHERE version = '4'");
            SqlDatabase.open(url).close();
            try (ResultSet row = statement.executeQuery(
                    "SELECT (SELECT count(*) FROM personal_token_locks) + (SELECT count(*) FROM ticket_cutoffs)")) {
                assertThat(row.next() && row.getInt(1) == 16).isTrue();
            }
        }
    }
}
