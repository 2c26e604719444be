package dev.coatcheck.stores.redis;

import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.StringCodec;

/** One connection to each master of a Cluster; the client library follows moved slots and failovers. */
final class ClusterWire implements Wire {
    private final RedisClusterClient client;
    private final StatefulRedisClusterConnection<String, String> connection;

    ClusterWire(RedisClusterClient client) {
        this.client = client;
        this.connection = client.connect(StringCodec.UTF8);
    }

    @Override
    public RedisClusterAsyncCommands<String, String> commands() {
        return connection.async();
    }

    @Override
    public boolean manySlots() {
        return true;
    }

    @Override
    public Wire beside() {
        return new ClusterWire(client);
    }

    @Override
    public void close() {
        connection.close();
        Clients.shutDown(client);
    }
}
