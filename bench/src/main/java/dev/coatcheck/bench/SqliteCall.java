package dev.coatcheck.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;

/**
 * One SELECT, or one UPDATE that commits by itself, with SQLite set up as the sessions' store has it: write-ahead log, synced
 * at every commit, one connection that writes and some that read.
 */
final class SqliteCall implements StoreCall {
    private static final int READERS = 4;

    private final BlockingDeque<Reader> readers = new LinkedBlockingDeque<>();
    private final List<Connection> all = new ArrayList<>();
    private final Object writing = new Object();
    private final PreparedStatement update;

    private record Reader(PreparedStatement select) {}

    private SqliteCall(String url) throws SQLException {
        Connection writer = connect(url);
        try (Statement statement = writer.createStatement()) {
            statement.execute("CREATE TABLE bare (id TEXT PRIMARY KEY, who TEXT, note TEXT, rest TEXT)");
        }
        update = writer.prepareStatement("UPDATE bare SET note = ? WHERE id = ?");
        for (int i = 0; i < READERS; i++) {
            readers.add(new Reader(connect(url).prepareStatement("SELECT who, note, rest FROM bare WHERE id = ?")));
        }
    }

    private Connection connect(String url) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:" + url);
        all.add(connection);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA synchronous = FULL");
        }
        return connection;
    }

    static SqliteCall open(String url, int users) {
        try {
            SqliteCall call = new SqliteCall(url);
            Connection writer = call.all.get(0);
            writer.setAutoCommit(false);
            try (PreparedStatement insert = writer.prepareStatement("INSERT INTO bare VALUES (?, ?, ?, ?)")) {
                for (int i = 0; i < users; i++) {
                    insert.setString(1, Note.name(i));
                    insert.setString(2, Note.name(i));
                    insert.setString(3, Note.text(0));
                    insert.setString(4, PADDING);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            writer.commit();
            writer.setAutoCommit(true);
            return call;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String user(String key) {
        return read(key, 1);
    }

    @Override
    public String noted(String key) {
        return read(key, 2);
    }

    private String read(String key, int column) {
        try {
            Reader reader = readers.takeFirst();
            try {
                reader.select().setString(1, key);
                try (ResultSet row = reader.select().executeQuery()) {
                    if (!row.next() || row.getString(3).length() != PADDING.length()) {
                        throw new IllegalStateException("nobody is called " + key);
                    }
                    return row.getString(column);
                }
            } finally {
                readers.addFirst(reader);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void note(String key, String note) {
        try {
            synchronized (writing) {
                update.setString(1, note);
                update.setString(2, key);
                if (update.executeUpdate() != 1) {
                    throw new IllegalStateException("nobody is called " + key);
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        for (Connection connection : all) {
            try {
                connection.close();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
