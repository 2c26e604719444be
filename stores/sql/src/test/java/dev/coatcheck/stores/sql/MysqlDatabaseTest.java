package dev.coatcheck.stores.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MysqlDatabaseTest extends MysqldDatabaseTests {
    private static final String PASSWORD = "s3cret-Pa55";

    MysqlDatabaseTest() {
        super(ServerFixture.MYSQL);
    }

    @ParameterizedTest
    @CsvSource({
        "8.0.31, true",
        "8.0.46-google, true",
        "8.4.0, true",
        "9.7.4-2, true",
        "10.0.1, true",
        "8.0.30, false",
        "8.0.11-TiDB-v7.5.1, false",
        "5.7.44-log, false",
        "unknown, false"
    })
    void whatTheTestsHaveNotRunOnIsTooOld(String version, boolean isNewEnough) {
        assertThat(MysqlServer.isNewEnough(version)).isEqualTo(isNewEnough);
    }

    /** With TLS, Java's socket waits as long again before it is closed. */
    @Override
    Duration longestWait() {
        return Duration.ofMillis(6_500);
    }

    @Test
    void theOtherServerIsToldHowItsAddressBegins() throws Exception {
        String mysql = ServerFixture.MYSQL.emptyDatabase();
        assertThatThrownBy(() -> SqlDatabase.open(mysql.replaceFirst("mysql", "mariadb")))
                .isInstanceOf(DatabaseSetupException.class)
                .hasMessageContaining("it is MySQL ")
                .hasMessageContaining("Write mysql:// in the address");
        String mariadb = ServerFixture.MARIADB.emptyDatabase();
        assertThatThrownBy(() -> SqlDatabase.open(mariadb.replaceFirst("mariadb", "mysql") + "?sslmode=disable"))
                .isInstanceOf(DatabaseSetupException.class)
                .hasMessageContaining("it is MariaDB ")
                .hasMessageContaining("Write mariadb:// in the address");
        assertThatThrownBy(() -> SqlDatabase.open(mariadb.replaceFirst("mariadb", "mysql")))
                .isInstanceOf(DatabaseSetupException.class)
                .hasMessageContaining("it does not encrypt")
                .hasMessageContaining("write mariadb:// in the address");
    }

    @Test
    void withoutAWordItIsEncryptedAndInPlainTextWhereThatIsAskedFor() throws Exception {
        String url = ServerFixture.MYSQL.emptyDatabase();
        assertThat(cipher(url)).isNotEmpty();
        assertThat(cipher(url + "?sslmode=require")).isNotEmpty();
        assertThat(cipher(url + "?sslmode=disable")).isEmpty();
    }

    private static String cipher(String url) throws SQLException {
        DataSource source = DatabaseServer.at(ServerAddress.of(url, Optional.empty()), Tells.ENDINGS)
                .source(5);
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW STATUS LIKE 'Ssl_cipher'")) {
            assertThat(row.next()).isTrue();
            return row.getString(2);
        }
    }

    /** A server remembers whom it let in; one that has just started remembers nobody. */
    @ParameterizedTest
    @ValueSource(strings = {"", "?sslmode=disable"})
    void aPasswordIsStillGoodWhenTheServerHasForgottenWhomItLetIn(String parameters) throws Exception {
        String name = "forgotten" + (parameters.isEmpty() ? "" : "1");
        ServerFixture.MYSQL.userOfTheGuide(name, PASSWORD);
        String url = ServerFixture.MYSQL.url().replaceFirst("//\\w+@", "//" + name + "@") + name + parameters;
        for (int i = 0; i < 2; i++) {
            ServerFixture.MYSQL.say("FLUSH PRIVILEGES");
            SqlDatabase.open(url, Optional.of(PASSWORD)).close();
        }
    }

    @Test
    void encryptionThatItsDriverWouldLeaveOutIsRefused() {
        assertThatThrownBy(() -> SqlDatabase.open("mysql://user@host/db?sslmode=prefer"))
                .isInstanceOf(DatabaseSetupException.class)
                .hasMessageContaining("would go on without encryption")
                .hasMessageContaining("Write sslmode=verify-full");
    }

    @Test
    void databasesWithLongNamesHaveLocksOfTheirOwn() {
        String common = "d".repeat(60);
        List<String> locks = List.of(common + "one", common + "two").stream()
                .map(name ->
                        new MysqlServer(ServerAddress.of("mysql://user@host/" + name, Optional.empty())).lockName())
                .toList();
        assertThat(locks).doesNotHaveDuplicates();
        assertThat(locks).allSatisfy(lock -> assertThat(lock).hasSizeLessThanOrEqualTo(64));
    }
}
