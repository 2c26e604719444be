package dev.coatcheck.stores.redis;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A Cluster of three masters for all tests of a class, started when the first one asks for it. */
final class ClusterExtension implements RedisServers {
    private static final int SLOTS = 16_384;
    private static final int MASTERS = 3;

    private final RedisBinary binary;
    private final String[] settings;
    private final Optional<TestCertificate> tls;
    private final List<RedisProcess> processes = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();
    private int stores;

    ClusterExtension(RedisBinary binary, String... settings) {
        this(binary, Optional.empty(), settings);
    }

    /** By TLS, among the nodes too; each has a port without it for who looks past the store. */
    ClusterExtension(RedisBinary binary, TestCertificate tls) {
        this(binary, Optional.of(tls), "--tls-cluster", "yes", "--tls-replication", "yes");
    }

    private ClusterExtension(RedisBinary binary, Optional<TestCertificate> tls, String... settings) {
        this.binary = binary;
        this.tls = tls;
        this.settings = Stream.concat(
                        Stream.of("--cluster-enabled", "yes", "--cluster-node-timeout", "2000"), Stream.of(settings))
                .toArray(String[]::new);
    }

    synchronized List<RedisProcess> processes() {
        if (processes.isEmpty()) {
            for (int i = 0; i < MASTERS; i++) {
                start();
            }
            join();
        }
        return processes;
    }

    private void start() {
        int port = tls.isPresent() ? RedisProcess.freePort() : 0;
        String[] more = tls.map(certificate -> certificate.settings(port)).orElse(new String[0]);
        RedisProcess process = RedisProcess.start(
                binary, Stream.of(settings, more).flatMap(Stream::of).toArray(String[]::new));
        processes.add(process);
        ports.add(tls.isPresent() ? port : process.port());
    }

    private void join() {
        List<Raw> nodes =
                processes.stream().map(process -> new Raw(process.url())).toList();
        try {
            for (int i = 0; i < MASTERS; i++) {
                int first = i * SLOTS / MASTERS;
                int end = (i + 1) * SLOTS / MASTERS;
                nodes.get(i)
                        .commands()
                        .clusterAddSlots(IntStream.range(first, end).toArray());
                nodes.get(i).commands().clusterSetConfigEpoch(i + 1L);
            }
            for (int port : ports.subList(1, MASTERS)) {
                nodes.get(0).commands().clusterMeet("127.0.0.1", port);
            }
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> nodes.stream()
                            .map(node -> node.commands().clusterInfo())
                            .allMatch(info -> info.contains("cluster_state:ok")
                                    && info.contains("cluster_known_nodes:" + MASTERS)
                                    && info.contains("cluster_slots_ok:" + SLOTS)));
        } finally {
            nodes.forEach(Raw::close);
        }
    }

    private String address() {
        List<RedisProcess> started = processes();
        return tls.map(certificate -> "rediss://127.0.0.1:" + ports.get(0) + "?sslrootcert=" + certificate.authority())
                .orElseGet(() -> started.get(0).url());
    }

    @Override
    public synchronized RedisSettings settings() {
        stores++;
        return RedisSettings.DEFAULT.withAddress(RedisAddress.of(address())).withPrefix("test-" + stores);
    }

    @Override
    public synchronized void close() {
        processes.forEach(RedisProcess::close);
        processes.clear();
        ports.clear();
    }
}
