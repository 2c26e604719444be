package dev.coatcheck.stores.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coatcheck.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class SqlDatabaseTest {
    @TempDir
    Path folder;

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void fileAndFoldersAreTheOwnersAlone() throws IOException {
        Path file = folder.resolve("new/deeper/coatcheck.db");
        try (SqlDatabase database = SqlDatabase.open("sqlite:" + file)) {
            database.write("test", sql -> sql.update("DELETE FROM users"));
            for (String name : new String[] {"coatcheck.db", "coatcheck.db-wal", "coatcheck.db-shm"}) {
                assertThat(permissions(file.resolveSibling(name))).as(name).isEqualTo("rw-------");
            }
            assertThat(permissions(file.getParent())).isEqualTo("rwx------");
            assertThat(permissions(folder.resolve("new"))).isEqualTo("rwx------");
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void commitsAreSyncedAndTheLogIsWrittenAhead() {
        try (SqlDatabase database = SqlDatabase.sqlite(folder.resolve("a.db"))) {
            List<String> settings = database.write(
                    "test",
                    sql -> List.of(
                            pragma(sql, "synchronous"), pragma(sql, "journal_mode"), pragma(sql, "foreign_keys")));
            assertThat(settings).containsExactly("2", "wal", "1");
        }
    }

    private static String pragma(Statements sql, String name) throws SQLException {
        return sql.first("PRAGMA " + name, row -> row.getString(1)).orElseThrow();
    }

    @Test
    void readersCannotWrite() {
        try (SqlDatabase database = SqlDatabase.sqlite(folder.resolve("a.db"))) {
            assertThatThrownBy(() -> database.read("test", sql -> sql.update("DELETE FROM users")))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("readonly");
        }
    }

    @Test
    void aClosedDatabaseLeavesOneFileAndRefusesWork() throws IOException {
        SqlDatabase database = SqlDatabase.sqlite(folder.resolve("a.db"));
        database.write("test", sql -> sql.update("DELETE FROM users"));
        database.close();
        database.close();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("a.db"));
        }
        assertThatThrownBy(() -> database.read("look", sql -> 1))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> database.write("change", sql -> 1))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void aFolderInTheFilesPlaceIsRefusedWithAWayOut() {
        assertThatThrownBy(() -> SqlDatabase.sqlite(folder))
                .isInstanceOf(DatabaseSetupException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("is a folder: name a file in it");
    }

    @Test
    void aFileInTheFoldersPlaceIsRefusedWithAWayOut() throws IOException {
        Path file = Files.createFile(folder.resolve("data"));
        assertThatThrownBy(() -> SqlDatabase.sqlite(file.resolve("coatcheck.db")))
                .isInstanceOf(DatabaseSetupException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("name another place");
    }

    @Test
    void aFileThatIsNoDatabaseStaysAsItIs() throws IOException {
        Path file = Files.writeString(folder.resolve("notes.txt"), "not a database, and precious");
        assertThatThrownBy(() -> SqlDatabase.sqlite(file))
                .isInstanceOf(DatabaseSetupException.class)
                .hasMessageContaining(file + " is no SQLite database");
        assertThat(file).hasContent("not a database, and precious");
    }

    @Test
    void aPathThatTheDriverWouldMisreadIsRefused() {
        assertThatThrownBy(() -> SqlDatabase.sqlite(folder.resolve("a?mode=memory.db")))
                .isInstanceOf(DatabaseSetupException.class)
                .hasMessageContaining("question mark");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void anotherProgramsDatabaseIsRefused() throws SQLException {
        Path file = folder.resolve("other.db");
        execute(file, "CREATE TABLE sessions (a)");
        assertThatThrownBy(() -> SqlDatabase.sqlite(file))
                .isInstanceOf(DatabaseSetupException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("another program's")
                .message()
                .doesNotContain("\n");
    }

    @Test
    void anUnknownKindOfAddressIsRefusedWithAWayOut() {
        for (String url : new String[] {"", "sqlite:", "oracle://h/db", "coatcheck.db", "sqlite:\0"}) {
            assertThatThrownBy(() -> SqlDatabase.open(url))
                    .isInstanceOf(DatabaseSetupException.class)
                    .hasMessageContaining("sqlite:data/coatcheck.db");
        }
    }

    @Test
    void aWriterElsewhereThatDoesNotEndIsAnUnavailableStore() throws SQLException {
        Path file = folder.resolve("a.db");
        SqliteEngine engine = SqliteEngine.open(file, Duration.ofMillis(50), Duration.ofSeconds(5));
        try (SqlDatabase database = new SqlDatabase(engine);
                Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            assertThatThrownBy(() -> database.write("change", sql -> sql.update("DELETE FROM users")))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("change")
                    .hasMessageContaining("BUSY");
            statement.execute("ROLLBACK");
            int deleted = database.write("change", sql -> sql.update("DELETE FROM users"));
            assertThat(deleted).isZero();
        }
    }

    @Test
    void whatOneProcessWritesAnotherSees() throws SQLException {
        Path file = folder.resolve("a.db");
        try (SqlDatabase serving = SqlDatabase.sqlite(file);
                SqlDatabase adding = SqlDatabase.sqlite(file)) {
            adding.write(
                    "add",
                    sql -> sql.update(
                            "INSERT INTO session_cutoffs (user_id, not_before, kept_until) VALUES ('a', 1, 2)"));
            List<String> seen = serving.read(
                    "look", sql -> sql.all("SELECT user_id FROM session_cutoffs", row -> row.getString(1)));
            assertThat(seen).containsExactly("a");
        }
    }

    private static void execute(Path file, String statement) throws SQLException {
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement run = other.createStatement()) {
            run.execute(statement);
        }
    }
}
