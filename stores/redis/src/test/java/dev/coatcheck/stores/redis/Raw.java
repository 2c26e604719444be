package dev.coatcheck.stores.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** A look at the server past the store. */
final class Raw implements AutoCloseable {
    private final RedisClient client;
    private final StatefulRedisConnection<String, String> connection;

    Raw(String url) {
        client = RedisClient.create(url);
        connection = client.connect();
    }

    RedisCommands<String, String> commands() {
        return connection.sync();
    }

    /** Key names in order. */
    Set<String> keys(String pattern) {
        return new TreeSet<>(commands().keys(pattern));
    }

    /** How often the server ran each command, those inside scripts included. */
    Map<String, Long> calls() {
        Map<String, Long> calls = new TreeMap<>();
        commands()
                .info("commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_"))
                .forEach(line -> {
                    String name = line.substring("cmdstat_".length(), line.indexOf(':'));
                    String count = line.substring(line.indexOf("calls=") + 6, line.indexOf(','));
                    calls.put(name, Long.parseLong(count));
                });
        return calls;
    }

    @Override
    public void close() {
        client.shutdown(0, 1, TimeUnit.SECONDS);
    }
}
