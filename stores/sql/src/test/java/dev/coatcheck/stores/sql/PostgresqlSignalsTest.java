package dev.coatcheck.stores.sql;

import dev.coatcheck.store.SessionStore;
import dev.coatcheck.testkit.SessionSignalsContract;
import dev.coatcheck.testkit.SilentProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class PostgresqlSignalsTest extends SessionSignalsContract {
    private static ServerDatabases databases;

    @BeforeAll
    static void openTheDatabase() throws Exception {
        databases = new ServerDatabases(ServerFixture.POSTGRESQL);
    }

    @AfterAll
    static void closeTheDatabase() {
        databases.close();
    }

    @Override
    protected SessionStore open() {
        return databases.emptyStore();
    }

    @Override
    protected Optional<SessionStore> another() {
        return Optional.of(new OwnDatabase(SqlDatabase.open(databases.url())).store());
    }

    @Override
    protected Optional<CutNode> nodeThatCanBeCut() throws Exception {
        SilentProxy proxy = new SilentProxy(databases.port());
        SqlDatabase behind = SqlDatabase.open(databases.urlAt(proxy.port()));
        SessionStore store = new SqlSessionStore(behind);
        return Optional.of(new CutNode() {
            @Override
            public SessionStore store() {
                return store;
            }

            @Override
            public void cut() {
                proxy.cutThoseThatSaid("LISTEN " + PostgresqlChannel.NAME);
            }

            @Override
            public void mend() {
                proxy.mend();
            }

            @Override
            public void close() {
                behind.close();
                try {
                    proxy.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
    }
}
