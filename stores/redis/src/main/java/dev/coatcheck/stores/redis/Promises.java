package dev.coatcheck.stores.redis;

import dev.coatcheck.store.StoreUnavailableException;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a server says about itself: how much of what it acknowledged it may lose, and whether it throws keys away when its
 * memory is full.
 */
record Promises(
        String version,
        boolean cluster,
        boolean appendOnly,
        Optional<String> sync,
        boolean tellsWhenSynced,
        String eviction) {
    private static final System.Logger LOG = System.getLogger(RedisSessionStore.class.getName());

    static Promises of(RedisLink link) {
        Map<String, String> info = new LinkedHashMap<>();
        link.await("reading the server's state", link.wire().commands().info())
                .lines()
                .forEach(line -> {
                    int colon = line.indexOf(':');
                    if (colon > 0) {
                        info.put(
                                line.substring(0, colon),
                                line.substring(colon + 1).strip());
                    }
                });
        return new Promises(
                info.getOrDefault("redis_version", "unknown"),
                "cluster".equals(info.get("redis_mode")),
                "1".equals(info.get("aof_enabled")),
                setting(link, "appendfsync"),
                knowsWaitAof(link),
                info.getOrDefault("maxmemory_policy", "unknown"));
    }

    /** Hosted servers refuse CONFIG. */
    private static Optional<String> setting(RedisLink link, String name) {
        try {
            return Optional.ofNullable(
                    link.await("reading " + name, link.wire().commands().configGet(name))
                            .get(name));
        } catch (StoreUnavailableException e) {
            return Optional.empty();
        }
    }

    private static boolean knowsWaitAof(RedisLink link) {
        try {
            return link.await("asking for WAITAOF", link.wire().commands().commandInfo("waitaof")).stream()
                    .anyMatch(found -> found instanceof List<?> command && !command.isEmpty());
        } catch (StoreUnavailableException e) {
            return false;
        }
    }

    void log(RedisSettings settings) {
        String endings = endingsCanWait() && settings.durable() ? ". Sign-outs wait until they are on the disk" : "";
        LOG.log(sure() ? Level.INFO : Level.WARNING, "Redis {0}: {1}{2}", version, durability(), endings);
        if (!eviction.equals("noeviction")) {
            LOG.log(
                    Level.WARNING,
                    "Redis has maxmemory-policy {0}: when its memory is full it signs people out at random, and forgets"
                            + " sign-outs. Set maxmemory-policy noeviction for the server that keeps sessions",
                    eviction);
        }
    }

    /** Whether waiting for the disk is possible, and not done by the server itself for each write. */
    boolean endingsCanWait() {
        return appendOnly && tellsWhenSynced && !cluster && !sure();
    }

    private boolean sure() {
        return appendOnly && sync.equals(Optional.of("always"));
    }

    String durability() {
        if (!appendOnly) {
            return "no append-only file. A crash or restart loses what was written since the last snapshot: people are"
                    + " signed out, and ended sessions may live again. Set appendonly yes";
        }
        return sync.map(how -> switch (how) {
                    case "always" ->
                        "append-only file, synced before each answer: a crash loses nothing that was answered";
                    case "everysec" ->
                        "append-only file, synced every second: losing power may lose about the last two"
                                + " seconds, a crash of the process alone nothing";
                    default ->
                        "append-only file, synced when the operating system likes: losing power may lose half a"
                                + " minute, a crash of the process alone nothing";
                })
                .orElse("append-only file; it does not tell how often it is synced (CONFIG is refused)");
    }
}
