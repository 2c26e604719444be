package dev.coatcheck.stores.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** Recordings on a database server. */
abstract class ServerTokenFormatTests extends TokenFormatTests {
    private final ServerFixture server;

    ServerTokenFormatTests(ServerFixture server) {
        this.server = server;
    }

    @Override
    String emptyDatabase() throws Exception {
        return server.emptyDatabase();
    }

    @Override
    Connection connect(String url) throws SQLException {
        return ServerFixture.connect(url);
    }

    @Override
    FluentConfiguration source(FluentConfiguration flyway, String url) {
        return flyway.dataSource(DatabaseServer.at(ServerAddress.of(url, Optional.empty()), Tells.ENDINGS)
                .source(60));
    }
}
