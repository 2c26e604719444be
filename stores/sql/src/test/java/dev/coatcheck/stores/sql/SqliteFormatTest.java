package dev.coatcheck.stores.sql;

import dev.coatcheck.store.SessionStore;
import dev.coatcheck.stores.tests.StoredFormatTests;
import dev.coatcheck.token.SessionId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * Recordings of SQLite: the rows are {@code format-N}; the tables, with Flyway's note of what was done, stand beside them in
 * {@code format-N-schema} and are brought to this release's schema when the file is opened.
 */
class SqliteFormatTest extends StoredFormatTests {
    @TempDir
    static Path folder;

    private SqlDatabase database;
    private Path file;

    @AfterEach
    void closeTheDatabase() {
        database.close();
    }

    @Override
    protected SessionStore open() throws IOException {
        file = Files.createTempDirectory(folder, "db").resolve("coatcheck.db");
        database = SqlDatabase.sqlite(file);
        return new SqlSessionStore(database);
    }

    @Override
    protected SessionStore open(int format, String recording) throws Exception {
        file = Files.createTempDirectory(folder, "db").resolve("coatcheck.db");
        try (InputStream schema =
                        Objects.requireNonNull(getClass().getResourceAsStream("format-" + format + "-schema"));
                Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : new String(schema.readAllBytes(), StandardCharsets.UTF_8).split(";\n\n", -1)) {
                statement.executeUpdate(sql);
            }
            for (String sql : recording.split("\n", -1)) {
                statement.executeUpdate(sql);
            }
        }
        database = SqlDatabase.sqlite(file);
        return new SqlSessionStore(database);
    }

    @Override
    protected String record() throws Exception {
        try (Connection connection = connect()) {
            Files.writeString(Path.of("target", "format-schema"), schema(connection));
            return rows(connection, "sessions", "TRUE") + rows(connection, "session_cutoffs", "TRUE");
        }
    }

    @Override
    protected String raw(SessionId id) throws SQLException {
        try (Connection connection = connect()) {
            return rows(connection, "sessions", "id = '" + id + "'");
        }
    }

    @Override
    protected void say(SessionId id, int format) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE sessions SET format = " + format + " WHERE id = '" + id + "'");
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file);
    }

    private static String schema(Connection connection) throws SQLException {
        StringBuilder script = new StringBuilder();
        for (String sql : column(
                connection,
                "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"
                        + " AND name NOT LIKE 'sqlite_%' ORDER BY rowid")) {
            script.append(sql).append(";\n\n");
        }
        return script.append(rows(connection, "coatcheck_schema", "TRUE").replace("\n", ";\n\n"))
                .toString();
    }

    private static String rows(Connection connection, String table, String where) throws SQLException {
        List<String> columns = column(connection, "SELECT name FROM pragma_table_info('" + table + "')");
        String values = String.join(
                " || ', ' || ",
                columns.stream().map(name -> "quote(" + name + ")").toList());
        String insert = "INSERT INTO " + table + " (" + String.join(", ", columns) + ") VALUES (";
        StringBuilder script = new StringBuilder();
        for (String row :
                column(connection, "SELECT " + values + " FROM " + table + " WHERE " + where + " ORDER BY 1")) {
            script.append(insert).append(row).append(")\n");
        }
        return script.toString();
    }

    private static List<String> column(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> column = new ArrayList<>();
            while (rows.next()) {
                column.add(rows.getString(1));
            }
            return column;
        }
    }
}
