package dev.coatcheck.stores.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import java.util.concurrent.TimeUnit;

/** A look at a Sentinel. */
final class SentinelRaw implements AutoCloseable {
    private final RedisClient client = RedisClient.create();
    private final StatefulRedisSentinelConnection<String, String> connection;

    SentinelRaw(int port) {
        connection = client.connectSentinel(RedisURI.create("127.0.0.1", port));
    }

    boolean knowsReplica() {
        return connection.sync().replicas("coats").stream()
                .anyMatch(replica -> "ok".equals(replica.get("master-link-status")));
    }

    @Override
    public void close() {
        client.shutdown(0, 1, TimeUnit.SECONDS);
    }
}
