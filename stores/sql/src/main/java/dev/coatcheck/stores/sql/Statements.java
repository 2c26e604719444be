package dev.coatcheck.stores.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The statements of one connection, prepared once and kept: preparing costs SQLite more than running. For one thread at a
 * time. Arguments are {@code String}, {@code Integer}, {@code Long}, {@code byte[]} or null.
 */
final class Statements implements AutoCloseable {
    private static final int KEPT = 64;

    private final Connection connection;
    private final String mark;
    private final LinkedHashMap<String, PreparedStatement> prepared;

    /** Those of a connection that is kept as long. */
    Statements(Connection connection) {
        this(connection, "", KEPT);
    }

    private Statements(Connection connection, String mark, int expected) {
        this.connection = connection;
        this.mark = mark;
        this.prepared = new LinkedHashMap<>(expected, 0.75f, true);
    }

    /**
     * Those of a connection that is borrowed for one operation; the driver keeps what is prepared.
     *
     * @param mark begins each that is not sent {@link #often}
     */
    static Statements borrowed(Connection connection, String mark) {
        return new Statements(connection, mark, 2);
    }

    /** For a statement that requests send, and whose text is one of few: worth being prepared and kept by a server. */
    Statements often() {
        return mark.isEmpty() ? this : new Statements(connection, "", 2);
    }

    /** What a row becomes. */
    @FunctionalInterface
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Every row of a query, or of an update with a RETURNING clause. */
    <T> List<T> all(String sql, Row<T> row, @Nullable Object... arguments) throws SQLException {
        List<T> rows = new ArrayList<>();
        try (ResultSet results = bound(sql, arguments).executeQuery()) {
            while (results.next()) {
                rows.add(row.read(results));
            }
        }
        return rows;
    }

    /** The first row, if there is one: nobody asks for another. */
    <T> Optional<T> first(String sql, Row<T> row, @Nullable Object... arguments) throws SQLException {
        try (ResultSet results = bound(sql, arguments).executeQuery()) {
            return results.next() ? Optional.of(row.read(results)) : Optional.empty();
        }
    }

    /** The number of rows that were written. */
    int update(String sql, @Nullable Object... arguments) throws SQLException {
        return bound(sql, arguments).executeUpdate();
    }

    /**
     * Several statements with semicolons between, sent as one message where the driver can: the rows of each
     * that answers rows, as texts.
     */
    List<List<List<@Nullable String>>> script(String sql, @Nullable Object... arguments) throws SQLException {
        PreparedStatement statement = bound(sql, arguments);
        List<List<List<@Nullable String>>> answers = new ArrayList<>();
        boolean isRows = statement.execute();
        while (isRows || statement.getUpdateCount() != -1) {
            if (isRows) {
                try (ResultSet results = statement.getResultSet()) {
                    answers.add(texts(results));
                }
            }
            isRows = statement.getMoreResults();
        }
        return answers;
    }

    /** The same, from this begin to COMMIT; whatever goes wrong is rolled back. */
    List<List<List<@Nullable String>>> transaction(String begin, Fragment statements) throws SQLException {
        try {
            return script(begin + "; " + statements.sql() + "; COMMIT", statements.array());
        } catch (SQLException e) {
            try {
                run("ROLLBACK");
            } catch (SQLException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    private static List<List<@Nullable String>> texts(ResultSet results) throws SQLException {
        List<List<@Nullable String>> rows = new ArrayList<>();
        int columns = results.getMetaData().getColumnCount();
        while (results.next()) {
            List<@Nullable String> row = new ArrayList<>();
            for (int i = 1; i <= columns; i++) {
                row.add(results.getString(i));
            }
            rows.add(row);
        }
        return rows;
    }

    /** The key that the answer to an update carries; empty when no row was written. */
    Optional<Long> key(String sql, @Nullable Object... arguments) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(marked(sql), Statement.RETURN_GENERATED_KEYS)) {
            bind(statement, arguments);
            if (statement.executeUpdate() == 0) {
                return Optional.empty();
            }
            try (ResultSet keys = statement.getGeneratedKeys()) {
                return keys.next() ? Optional.of(keys.getLong(1)) : Optional.empty();
            }
        }
    }

    /** Runs a statement that neither takes nor gives anything. */
    void run(String sql) throws SQLException {
        prepared(sql).execute();
    }

    private PreparedStatement bound(String sql, @Nullable Object[] arguments) throws SQLException {
        PreparedStatement statement = prepared(sql);
        bind(statement, arguments);
        return statement;
    }

    private static void bind(PreparedStatement statement, @Nullable Object[] arguments) throws SQLException {
        for (int i = 0; i < arguments.length; i++) {
            Object argument = arguments[i];
            // What a driver would find out by asking each of its kinds of values.
            if (argument instanceof String text) {
                statement.setString(i + 1, text);
            } else if (argument instanceof Long number) {
                statement.setLong(i + 1, number);
            } else if (argument instanceof Integer number) {
                statement.setInt(i + 1, number);
            } else if (argument instanceof byte[] bytes) {
                statement.setBytes(i + 1, bytes);
            } else {
                statement.setObject(i + 1, argument);
            }
        }
    }

    private PreparedStatement prepared(String sql) throws SQLException {
        PreparedStatement known = prepared.get(sql);
        if (known != null) {
            return known;
        }
        if (prepared.size() >= KEPT) {
            Iterator<Map.Entry<String, PreparedStatement>> eldest =
                    prepared.entrySet().iterator();
            eldest.next().getValue().close();
            eldest.remove();
        }
        PreparedStatement statement = connection.prepareStatement(marked(sql));
        prepared.put(sql, statement);
        return statement;
    }

    private String marked(String sql) {
        return mark.isEmpty() ? sql : mark + sql;
    }

    /** Closes the connection and with it the statements. */
    @Override
    public void close() throws SQLException {
        prepared.clear();
        connection.close();
    }
}
