package dev.coatcheck.stores.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode.NodeFlag;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** One connection to each master of a Cluster; the client library follows moved slots and failovers. */
final class ClusterWire implements Wire {
    private final RedisClusterClient client;
    private final RedisURI address;
    private final StatefulRedisClusterConnection<String, String> connection;

    /** @param address of one of its nodes; the others are met as it says */
    ClusterWire(RedisClusterClient client, RedisURI address) {
        this.client = client;
        this.address = address;
        this.connection = client.connect(TextCodec.UTF8);
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
        return new ClusterWire(client, address);
    }

    @Override
    public Masters masters() {
        List<RedisClusterNode> nodes = List.copyOf(client.getPartitions().getPartitions());
        List<RedisClusterNode> masters = nodes.stream()
                .filter(node -> node.is(NodeFlag.UPSTREAM))
                // A dead one without slots has to come back before it can get any, and is seen then.
                .filter(node -> !node.hasNoSlots() || !(node.is(NodeFlag.FAIL) || node.is(NodeFlag.NOADDR)))
                .toList();
        return new Masters(masters.stream().map(this::uri).toList(), (int)
                masters.stream().filter(node -> !node.hasNoSlots()).count());
    }

    /** What the Cluster names has neither password nor TLS: the client library adds them for its own connections alone. */
    private RedisURI uri(RedisClusterNode node) {
        return RedisURI.builder(address)
                .withHost(node.getUri().getHost())
                .withPort(node.getUri().getPort())
                .build();
    }

    @Override
    public CompletionStage<Void> lookForMasters() {
        return client.refreshPartitionsAsync();
    }

    @Override
    public AbstractRedisClient client() {
        return client;
    }

    @Override
    public void close() {
        connection.close();
        Clients.shutDown(client);
    }
}
