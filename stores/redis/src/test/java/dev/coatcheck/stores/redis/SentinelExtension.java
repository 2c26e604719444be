package dev.coatcheck.stores.redis;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** A master, a replica and a Sentinel that watches them, for all tests of a class. */
final class SentinelExtension implements RedisServers {
    private final RedisBinary binary;
    private final Optional<TestCertificate> tls;
    private RedisProcess master;
    private RedisProcess replica;
    private RedisProcess sentinel;
    private int sentinelPort;
    private int stores;

    SentinelExtension(RedisBinary binary) {
        this(binary, Optional.empty());
    }

    /** By TLS, among themselves too; each has a port without it for who looks past the store. */
    SentinelExtension(RedisBinary binary, TestCertificate tls) {
        this(binary, Optional.of(tls));
    }

    private SentinelExtension(RedisBinary binary, Optional<TestCertificate> tls) {
        this.binary = binary;
        this.tls = tls;
    }

    synchronized RedisProcess master() {
        if (master == null) {
            start();
        }
        return master;
    }

    private void start() {
        int tlsPort = tls.isPresent() ? RedisProcess.freePort() : 0;
        master = RedisProcess.start(binary, with(tlsPort));
        int masterPort = tls.isPresent() ? tlsPort : master.port();
        replica = RedisProcess.start(
                binary,
                with(
                        tls.isPresent() ? RedisProcess.freePort() : 0,
                        "--replicaof",
                        "127.0.0.1",
                        Integer.toString(masterPort)));
        try (Raw raw = new Raw(replica.url())) {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> raw.commands().info("replication").contains("master_link_status:up"));
        }
        int sentinelTls = tls.isPresent() ? RedisProcess.freePort() : 0;
        List<String> lines = new ArrayList<>(List.of(
                "sentinel monitor coats 127.0.0.1 " + masterPort + " 1",
                "sentinel down-after-milliseconds coats 1000",
                "sentinel failover-timeout coats 5000"));
        String[] encrypted = with(sentinelTls);
        for (int i = 0; i < encrypted.length; i += 2) {
            lines.add(encrypted[i].substring(2) + " " + encrypted[i + 1]);
        }
        sentinel = RedisProcess.startSentinel(binary, lines.toArray(String[]::new));
        sentinelPort = tls.isPresent() ? sentinelTls : sentinel.port();
        try (SentinelRaw raw = new SentinelRaw(sentinel.port())) {
            await().atMost(Duration.ofSeconds(30)).until(raw::knowsReplica);
        }
    }

    private String[] with(int tlsPort, String... settings) {
        return tls.map(certificate -> Stream.of(
                                certificate.settings(tlsPort), new String[] {"--tls-replication", "yes"}, settings)
                        .flatMap(Stream::of)
                        .toArray(String[]::new))
                .orElse(settings);
    }

    private String address() {
        return tls.map(certificate ->
                        "rediss-sentinel://127.0.0.1:" + sentinelPort + "?sslrootcert=" + certificate.authority())
                .orElse("redis-sentinel://127.0.0.1:" + sentinelPort);
    }

    @Override
    public synchronized RedisSettings settings() {
        master();
        stores++;
        return RedisSettings.DEFAULT
                .withAddress(RedisAddress.of(address() + "#coats"))
                .withPrefix("test-" + stores);
    }

    @Override
    public synchronized void close() {
        Stream.of(sentinel, replica, master).filter(Objects::nonNull).forEach(RedisProcess::close);
        master = null;
    }
}
