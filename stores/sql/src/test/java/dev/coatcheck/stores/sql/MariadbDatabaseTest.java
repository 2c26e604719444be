package dev.coatcheck.stores.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MariadbDatabaseTest extends ServerDatabaseTests {
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

    /** It went on without the lock. */
    @Test
    void aLockThatAnotherNodeKeepsIsSaid() throws Exception {
        String url = ServerFixture.MARIADB.emptyDatabase();
        DatabaseServer server = DatabaseServer.at(ServerAddress.of(url, Optional.empty()), Tells.ENDINGS);
        try (Connection other = ServerFixture.connect(url);
                Statement statement = other.createStatement()) {
            try (ResultSet held = statement.executeQuery(server.lock(1))) {
                assertThat(held.next() && held.getBoolean(1)).isTrue();
            }
            assertThatThrownBy(() -> DatabaseServer.prepare(server, 1))
                    .isInstanceOf(DatabaseSetupException.class)
                    .hasMessageContaining("another node has been at its tables for 1 s")
                    .hasMessageContaining("Start this one again");
        }
    }
}
