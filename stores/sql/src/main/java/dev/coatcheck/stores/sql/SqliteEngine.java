package dev.coatcheck.stores.sql;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;

/** SQLite: one writer that commits in groups, a few readers that see what is committed. */
final class SqliteEngine implements Engine {
    /** Shorter than what a caller waits, so that a caller hears the reason. */
    private static final Duration BUSY_TIMEOUT = Duration.ofSeconds(3);

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int READERS =
            Math.max(4, Math.min(16, 2 * Runtime.getRuntime().availableProcessors()));

    private final GroupCommit writer;
    private final Readers readers;
    private final Telling telling = Telling.here();
    private final Dialect dialect = new SqliteDialect();
    private final AtomicBoolean closed = new AtomicBoolean();

    private SqliteEngine(GroupCommit writer, Readers readers) {
        this.writer = writer;
        this.readers = readers;
    }

    static SqliteEngine open(Path file) {
        return open(file, BUSY_TIMEOUT, PATIENCE);
    }

    /** @param busy how long to wait for another process that writes; {@code patience} is how long a caller waits */
    static SqliteEngine open(Path file, Duration busy, Duration patience) {
        SqliteFile.prepare(file);
        try {
            migrateOrFindMigrated(source(file, false, busy));
        } catch (FlywayException e) {
            throw isForeign(e) ? DatabaseSetupException.foreign(file) : DatabaseSetupException.schema(file, e);
        }
        List<Statements> opened = new ArrayList<>();
        try {
            Statements writing = new Statements(source(file, false, busy).getConnection());
            opened.add(writing);
            List<Statements> reading = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                Statements reader = new Statements(source(file, true, busy).getConnection());
                opened.add(reader);
                reading.add(reader);
            }
            GroupCommit writer = new GroupCommit(writing, "coatcheck-sqlite-writer", GroupCommit.CAPACITY, patience);
            writer.start();
            return new SqliteEngine(writer, new Readers(reading, patience));
        } catch (SQLException e) {
            opened.forEach(SqliteEngine::closeQuietly);
            throw DatabaseSetupException.file(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static boolean isForeign(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getErrorCode() == SQLiteErrorCode.SQLITE_NOTADB.code) {
                return true;
            }
        }
        return false;
    }

    private static void closeQuietly(Statements connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // What matters is why the database could not be opened.
        }
    }

    private static SQLiteDataSource source(Path file, boolean readOnly, Duration busy) {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(readOnly);
        config.enforceForeignKeys(true);
        config.setBusyTimeout((int) busy.toMillis());
        if (!readOnly) {
            config.setJournalMode(SQLiteConfig.JournalMode.WAL);
            config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        }
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }

    /** Another process may be at it too: of the two, one fails, and then finds it done. */
    private static void migrateOrFindMigrated(SQLiteDataSource source) {
        try {
            migrate(source);
        } catch (FlywayException e) {
            migrate(source);
        }
    }

    private static void migrate(SQLiteDataSource source) {
        Flyway.configure(SqliteEngine.class.getClassLoader())
                .dataSource(source)
                // A folder whose name is no package name: a named module hides no resources in it.
                .locations("classpath:db/migration/coatcheck-sqlite")
                .table("coatcheck_schema")
                .load()
                .migrate();
    }

    @Override
    public Dialect dialect() {
        return dialect;
    }

    @Override
    public Telling telling() {
        return telling;
    }

    @Override
    public <T> T read(String operation, SqlWork<T> work) {
        return readers.read(operation, work);
    }

    @Override
    public <T> T write(String operation, Urgency urgency, SqlWork<T> work) {
        return writer.write(operation, urgency, work);
    }

    /** The writer last: the last connection that may write folds the log into the file. */
    @Override
    public void close() throws SQLException {
        if (closed.compareAndSet(false, true)) {
            try {
                readers.close();
            } finally {
                writer.close();
            }
        }
    }
}
