package dev.coatcheck.stores.sql;

import dev.coatcheck.store.StoreUnavailableException;
import java.lang.System.Logger.Level;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;

/**
 * An open SQL database with Coatcheck's tables, brought to this release's schema. {@link SqlSessionStore} and the
 * accounts stand on one; whoever opened it closes it, after them.
 *
 * <p>SQLite: write-ahead log, {@code synchronous=FULL}, so what was acknowledged survives kill -9 and, where disk
 * and file system keep their word about fsync, a power cut. A database file that is made here is readable by its owner alone.
 *
 * <p>PostgreSQL, MariaDB and MySQL: a kept pool of connections. A server that is silent costs a caller 3 s at most, and when it is
 * back, so are we.
 */
public final class SqlDatabase implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SqlDatabase.class.getName());
    private static final String SQLITE = "sqlite:";

    private final Engine engine;

    SqlDatabase(Engine engine) {
        this.engine = engine;
    }

    /**
     * Opens the database that an address names: {@code sqlite:data/coatcheck.db},
     * {@code postgresql://user:password@host:5432/database?pool=10&sslmode=verify-full} or the same with {@code mariadb:}
     * or {@code mysql:}.
     * For a near-cache in front see {@link #open(String, Optional, Tells)}.
     *
     * @throws DatabaseSetupException when it can't be opened; the message says why and what to do
     */
    public static SqlDatabase open(String url) {
        return open(url, Optional.empty());
    }

    /**
     * The same, with a password that does not stand in the address.
     *
     * @throws DatabaseSetupException when it can't be opened; the message says why and what to do
     */
    public static SqlDatabase open(String url, Optional<String> password) {
        return open(url, password, Tells.ENDINGS);
    }

    /**
     * The same, for a program that knows whether a near-cache is to stand in front of the sessions.
     *
     * @param tells what a PostgreSQL tells every node of, unless the address says {@code signals=all} or
     *     {@code signals=endings}
     * @throws DatabaseSetupException when it can't be opened; the message says why and what to do
     */
    public static SqlDatabase open(String url, Optional<String> password, Tells tells) {
        if (ServerAddress.means(url)) {
            return server(ServerAddress.of(url, password), tells);
        }
        return sqlite(file(url));
    }

    /**
     * Whether a node that opens this address so tells every other node of every write, as a near-cache needs it. Asks nobody.
     *
     * @throws DatabaseSetupException when the address can't be read; the message says why and what to do
     */
    public static boolean tellsOfEveryWrite(String url, Tells tells) {
        if (ServerAddress.means(url)) {
            ServerAddress address = ServerAddress.of(url, Optional.empty());
            return DatabaseServer.at(address, tells).tellsEveryWrite();
        }
        file(url);
        return false;
    }

    private static Path file(String url) {
        if (!url.startsWith(SQLITE) || url.length() == SQLITE.length()) {
            throw DatabaseSetupException.unknownAddress();
        }
        try {
            return Path.of(url.substring(SQLITE.length()));
        } catch (InvalidPathException e) {
            throw DatabaseSetupException.unknownAddress();
        }
    }

    private static SqlDatabase server(ServerAddress address, Tells tells) {
        DatabaseServer server = DatabaseServer.at(address, tells);
        DatabaseServer.prepare(server);
        return new SqlDatabase(new PooledEngine(server, server.telling()));
    }

    /**
     * Opens the SQLite database in this file, and makes file and folders that are missing, for their owner alone.
     *
     * @throws DatabaseSetupException when it can't be opened; the message says why and what to do
     */
    public static SqlDatabase sqlite(Path file) {
        return new SqlDatabase(SqliteEngine.open(file.toAbsolutePath().normalize()));
    }

    Dialect dialect() {
        return engine.dialect();
    }

    /** How what is written here is told. */
    Telling telling() {
        return engine.telling();
    }

    /**
     * Reads.
     *
     * @throws StoreUnavailableException when the database does not answer
     */
    <T> T read(String operation, SqlWork<T> work) {
        return engine.read(operation, work);
    }

    /**
     * Writes: all of the work is committed when this returns. With SQLite it is one step, none of which is committed when it
     * throws; on a server each statement is. The outcome is unknown after a {@link StoreUnavailableException}.
     */
    <T> T write(String operation, SqlWork<T> work) {
        return engine.write(operation, Engine.Urgency.ORDINARY, work);
    }

    /** Like {@link #write}, before everything that waits: for sign-outs and revocations. */
    <T> T writeFirst(String operation, SqlWork<T> work) {
        return engine.write(operation, Engine.Urgency.FIRST, work);
    }

    /** Commits what waits and lets go of connections and threads; closing again does nothing. */
    @Override
    public void close() {
        try {
            engine.close();
        } catch (SQLException e) {
            LOG.log(Level.WARNING, "the database did not close cleanly; what was acknowledged is kept", e);
        }
    }
}
