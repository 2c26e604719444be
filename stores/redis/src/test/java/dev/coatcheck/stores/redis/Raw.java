package dev.coatcheck.stores.redis;

import io.lettuce.core.AclSetuserArgs;
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

    /** A user with the password {@code pw} who may do everything until something is taken away. */
    void letIn(String user) {
        commands()
                .aclSetuser(
                        user,
                        AclSetuserArgs.Builder.on()
                                .addPassword("pw")
                                .allKeys()
                                .allCommands()
                                .allChannels());
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

    /**
     * How often the server took something from a client's connection, as it counts itself; this look is one of them. What a
     * script calls was taken from nobody, and commands that came together count once.
     */
    long taken() {
        return statistic("total_reads_processed");
    }

    /** How often the server ran a script: none can be called by another, so each was sent. */
    long scripts() {
        Map<String, Long> calls = calls();
        return calls.getOrDefault("evalsha", 0L) + calls.getOrDefault("eval", 0L);
    }

    private long statistic(String name) {
        return commands()
                .info("stats")
                .lines()
                .filter(line -> line.startsWith(name + ":"))
                .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        client.shutdown(0, 1, TimeUnit.SECONDS);
    }
}
