package dev.coatcheck.stores.sql;

import dev.coatcheck.store.SessionStore;
import dev.coatcheck.stores.tests.StoredFormatTests;
import dev.coatcheck.token.SessionId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;

/**
 * Recordings of a database server: the rows are {@code format-N-KIND}. They are put into the tables of the release that made
 * them, which the library's own migrations make up to that release's version, and are then brought to this one's.
 */
abstract class ServerFormatTests extends StoredFormatTests {
    /** The version of the tables that the release of each format began with, from format 1 on. */
    private static final List<String> SCHEMAS = List.of("1");

    private final ServerFixture server;
    private final String kind;
    private String url = "";
    private Optional<SqlDatabase> database = Optional.empty();

    ServerFormatTests(ServerFixture server) {
        this.server = server;
        this.kind = server.toString().toLowerCase(Locale.ROOT);
    }

    @AfterEach
    void closeTheDatabase() {
        database.ifPresent(SqlDatabase::close);
    }

    @Override
    protected String nameOf(int format) {
        return "format-" + format + "-" + kind;
    }

    @Override
    protected SessionStore open() throws Exception {
        url = server.emptyDatabase();
        return opened();
    }

    @Override
    protected SessionStore open(int format, String recording) throws Exception {
        url = server.emptyDatabase();
        DatabaseServer place = DatabaseServer.at(ServerAddress.of(url, Optional.empty()), Tells.ENDINGS);
        Flyway.configure(getClass().getClassLoader())
                .dataSource(place.source(60))
                .locations("classpath:db/migration/coatcheck-" + place.tables())
                .table("coatcheck_schema")
                .target(SCHEMAS.get(format - 1))
                .load()
                .migrate();
        for (String row : recording.split("\n", -1)) {
            if (!row.isEmpty()) {
                say(row);
            }
        }
        return opened();
    }

    private SessionStore opened() {
        SqlDatabase opened = SqlDatabase.open(url);
        database = Optional.of(opened);
        return new SqlSessionStore(opened);
    }

    @Override
    protected String record() throws SQLException {
        return rows("sessions", "") + rows("session_cutoffs", "");
    }

    @Override
    protected String raw(SessionId id) throws SQLException {
        return rows("sessions", " WHERE id = '" + id + "'");
    }

    @Override
    protected void say(SessionId id, int format) throws SQLException {
        say("UPDATE sessions SET format = " + format + " WHERE id = '" + id + "'");
    }

    /** A column's value as SQL writes it. */
    abstract String literal(String column, String type);

    private String rows(String table, String where) throws SQLException {
        List<String> columns = column("SELECT column_name FROM " + columnsOf(table));
        List<String> types = column("SELECT data_type FROM " + columnsOf(table));
        List<String> values = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            values.add(literal(columns.get(i), types.get(i)));
        }
        String insert = "INSERT INTO " + table + " (" + String.join(", ", columns) + ") VALUES (";
        StringBuilder script = new StringBuilder();
        for (String row : column(
                "SELECT concat(" + String.join(", ', ', ", values) + ") FROM " + table + where + " ORDER BY 1")) {
            script.append(insert).append(row).append(")\n");
        }
        return script.toString();
    }

    private String columnsOf(String table) {
        return "information_schema.columns WHERE table_name = '" + table + "' AND table_schema = " + schema() + " AND "
                + isWritten() + " ORDER BY ordinal_position";
    }

    private List<String> column(String sql) throws SQLException {
        try (Connection connection = ServerFixture.connect(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> column = new ArrayList<>();
            while (rows.next()) {
                column.add(rows.getString(1));
            }
            return column;
        }
    }

    /** A condition on a column of {@code information_schema.columns}: its values are written, not computed. */
    String isWritten() {
        return "is_generated = 'NEVER'";
    }

    /** An expression for the schema that the connection is in. */
    abstract String schema();

    private void say(String sql) throws SQLException {
        try (Connection connection = ServerFixture.connect(url);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }
}
