package dev.coatcheck.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** One SELECT, or one UPDATE that commits by itself, through the same driver and as large a pool as the sessions' store has. */
final class PooledCall implements StoreCall {
    private static final int CONNECTIONS = 10;

    private final HikariDataSource pool;

    private PooledCall(HikariDataSource pool) {
        this.pool = pool;
    }

    /** @param url such as {@code postgresql://user@host:port/database} */
    static PooledCall open(String url, int users) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:" + url.replaceFirst("//(\\w+)@(.*)", "//$2?user=$1"));
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(2);
        PooledCall call = new PooledCall(new HikariDataSource(config));
        try (Connection connection = call.pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE bare (id VARCHAR(64) PRIMARY KEY, who VARCHAR(64) NOT NULL,"
                    + " note VARCHAR(64) NOT NULL, rest VARCHAR(1000) NOT NULL)");
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO bare VALUES (?, ?, ?, ?)")) {
                for (int i = 0; i < users; i++) {
                    insert.setString(1, Note.name(i));
                    insert.setString(2, Note.name(i));
                    insert.setString(3, Note.text(0));
                    insert.setString(4, PADDING);
                    insert.addBatch();
                }
                insert.executeBatch();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return call;
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
        try (Connection connection = pool.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("SELECT who, note, rest FROM bare WHERE id = ?")) {
            select.setString(1, key);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next() || row.getString(3).length() != PADDING.length()) {
                    throw new IllegalStateException("nobody is called " + key);
                }
                return row.getString(column);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void note(String key, String note) {
        try (Connection connection = pool.getConnection();
                PreparedStatement update = connection.prepareStatement("UPDATE bare SET note = ? WHERE id = ?")) {
            update.setString(1, note);
            update.setString(2, key);
            if (update.executeUpdate() != 1) {
                throw new IllegalStateException("nobody is called " + key);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
