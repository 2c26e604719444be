package dev.coatcheck.stores.redis;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A Cluster of three masters for all tests of a class, started when the first one asks for it. */
final class ClusterExtension implements RedisServers {
    private static final int SLOTS = 16_384;
    private static final int MASTERS = 3;

    private final RedisBinary binary;
    private final String[] settings;
    private final List<RedisProcess> processes = new ArrayList<>();
    private int stores;

    ClusterExtension(RedisBinary binary, String... settings) {
        this.binary = binary;
        this.settings = Stream.concat(
                        Stream.of("--cluster-enabled", "yes", "--cluster-node-timeout", "2000"), Stream.of(settings))
                .toArray(String[]::new);
    }

    synchronized List<RedisProcess> processes() {
        if (processes.isEmpty()) {
            for (int i = 0; i < MASTERS; i++) {
                processes.add(RedisProcess.start(binary, settings));
            }
            join();
        }
        return processes;
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
            for (RedisProcess process : processes.subList(1, MASTERS)) {
                nodes.get(0).commands().clusterMeet("127.0.0.1", process.port());
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

    @Override
    public synchronized RedisSettings settings() {
        stores++;
        return RedisSettings.DEFAULT
                .withAddress(RedisAddress.of(processes().get(0).url()))
                .withPrefix("test-" + stores);
    }

    @Override
    public synchronized void close() {
        processes.forEach(RedisProcess::close);
        processes.clear();
    }
}
