package dev.coatcheck.stores.sql;

import dev.coatcheck.store.SessionStore;
import java.util.Optional;

/** A database of a server, migrated once, and emptied for each test: closing and opening again is what costs. */
final class ServerDatabases implements AutoCloseable {
    private final ServerFixture server;
    private final String url;
    private final Tells tells;
    private SqlDatabase database;

    ServerDatabases(ServerFixture server) throws Exception {
        this(server, Tells.ENDINGS);
    }

    ServerDatabases(ServerFixture server, Tells tells) throws Exception {
        this.server = server;
        this.url = server.emptyDatabase();
        this.tells = tells;
        this.database = SqlDatabase.open(url, Optional.empty(), tells);
    }

    ServerFixture server() {
        return server;
    }

    String url() {
        return url;
    }

    int port() {
        return ServerAddress.of(url, Optional.empty()).port();
    }

    /** The same database behind something that listens here. */
    String urlAt(int port) {
        return url.replace(":" + port() + "/", ":" + port + "/");
    }

    SqlDatabase database() {
        return database;
    }

    SqlDatabase emptied() {
        database.write("empty", sql -> {
            sql.update("DELETE FROM sessions");
            sql.update("DELETE FROM session_cutoffs");
            sql.update("DELETE FROM counters");
            sql.update("DELETE FROM personal_tokens");
            sql.update("DELETE FROM ticket_cutoffs");
            return sql.update("DELETE FROM users");
        });
        return database;
    }

    SessionStore emptyStore() {
        return new SqlSessionStore(emptied());
    }

    SessionStore reopened() {
        database.close();
        database = SqlDatabase.open(url, Optional.empty(), tells);
        return new SqlSessionStore(database);
    }

    @Override
    public void close() {
        database.close();
    }
}
