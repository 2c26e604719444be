package dev.coatcheck.stores.redis;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;

/** A master, a replica and a Sentinel that watches them, for all tests of a class. */
final class SentinelExtension implements RedisServers {
    private final RedisBinary binary;
    private RedisProcess master;
    private RedisProcess replica;
    private RedisProcess sentinel;
    private int stores;

    SentinelExtension(RedisBinary binary) {
        this.binary = binary;
    }

    synchronized RedisProcess master() {
        if (master == null) {
            start();
        }
        return master;
    }

    private void start() {
        master = RedisProcess.start(binary);
        replica = RedisProcess.start(binary, "--replicaof", "127.0.0.1", Integer.toString(master.port()));
        try (Raw raw = new Raw(replica.url())) {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> raw.commands().info("replication").contains("master_link_status:up"));
        }
        sentinel = RedisProcess.startSentinel(
                binary,
                "sentinel monitor coats 127.0.0.1 " + master.port() + " 1",
                "sentinel down-after-milliseconds coats 1000",
                "sentinel failover-timeout coats 5000");
        try (SentinelRaw raw = new SentinelRaw(sentinel.port())) {
            await().atMost(Duration.ofSeconds(30)).until(raw::knowsReplica);
        }
    }

    @Override
    public synchronized RedisSettings settings() {
        master();
        stores++;
        return RedisSettings.DEFAULT
                .withAddress(RedisAddress.of("redis-sentinel://127.0.0.1:" + sentinel.port() + "#coats"))
                .withPrefix("test-" + stores);
    }

    @Override
    public synchronized void close() {
        Stream.of(sentinel, replica, master).filter(Objects::nonNull).forEach(RedisProcess::close);
        master = null;
    }
}
