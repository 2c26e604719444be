package dev.coatcheck.server.cli;

import java.util.Map;
import redis.embedded.RedisServer;

class RedisRevocationIT extends Revocation {
    private RedisServer redis;

    @Override
    int startStore() throws Exception {
        int port = freePort();
        redis = RedisServer.newRedisServer()
                .port(port)
                .setting("bind 127.0.0.1")
                .setting("save \"\"")
                .build();
        redis.start();
        return port;
    }

    @Override
    void stopStore() throws Exception {
        redis.stop();
    }

    /** Accounts of its own for each node: only sessions are shared. */
    @Override
    Map<String, String> settings(String node, int port) {
        return Map.of(
                "COATCHECK_DATABASE_URL", "sqlite:" + folder.resolve(node + ".db"),
                "COATCHECK_SESSIONS", "redis://127.0.0.1:" + port);
    }

    @Override
    String channelsWord() {
        return "SUBSCRIBE";
    }
}
