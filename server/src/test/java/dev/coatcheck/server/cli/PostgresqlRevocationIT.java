package dev.coatcheck.server.cli;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.util.Map;

class PostgresqlRevocationIT extends Revocation {
    private EmbeddedPostgres postgres;

    @Override
    int startStore() throws Exception {
        postgres = EmbeddedPostgres.builder().start();
        return postgres.getPort();
    }

    @Override
    void stopStore() throws Exception {
        postgres.close();
    }

    @Override
    Map<String, String> settings(String node, int port) {
        return Map.of(
                "COATCHECK_DATABASE_URL",
                "postgresql://postgres@127.0.0.1:" + port + "/postgres",
                "COATCHECK_SESSIONS",
                "database");
    }

    @Override
    String channelsWord() {
        return "LISTEN ";
    }
}
