package dev.coatcheck.stores.redis;

import io.lettuce.core.RedisURI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is, and the password for it. Never printed with the password.
 *
 * <ul>
 *   <li>{@code redis://[[user:]password@]host[:port][/database]}: one server, or any node of a Cluster;
 *   <li>{@code rediss://…}: the same over TLS;
 *   <li>{@code redis-sentinel://[[user:]password@]sentinel[:port][,sentinel[:port]…][/database]#master}: the master that
 *       the Sentinels name (port 26379 if none is given);
 *   <li>several nodes of one Cluster, separated by commas: {@code redis://host-a:6379,redis://host-b:6379}.
 * </ul>
 */
public final class RedisAddress {
    private static final String SHAPES = "redis://[[user:]password@]host[:port][/database], rediss:// for TLS, or"
            + " redis-sentinel://host[:port][,host[:port]]#master; several nodes of a cluster stand behind commas,"
            + " each with its own redis://";

    private final List<String> nodes;

    private RedisAddress(List<String> nodes) {
        this.nodes = nodes;
    }

    /** The address that the text names. @throws IllegalArgumentException when it names none; the text is not repeated */
    public static RedisAddress of(String text) {
        List<String> nodes = List.of(text.strip().split(",\\s*(?=redis[a-z-]*://)", -1));
        if (!nodes.stream().allMatch(node -> read(node).isPresent())) {
            throw new IllegalArgumentException("not a Redis address: " + SHAPES);
        }
        return new RedisAddress(nodes);
    }

    private static Optional<RedisURI> read(String text) {
        if (!text.matches("(redis|rediss|redis-sentinel|rediss-sentinel)://.+")) {
            return Optional.empty();
        }
        try {
            RedisURI uri = RedisURI.create(text);
            return names(uri) ? Optional.of(uri) : Optional.empty();
        } catch (RuntimeException e) {
            // Its message repeats the text, and with it the password.
            return Optional.empty();
        }
    }

    private static boolean names(RedisURI uri) {
        return uri.getSentinels().isEmpty()
                ? names(uri.getHost())
                : uri.getSentinels().stream().allMatch(sentinel -> names(sentinel.getHost()));
    }

    private static boolean names(@Nullable String host) {
        return host != null && host.matches("[A-Za-z0-9._-]+|\\[?[0-9A-Fa-f:.%]+\\]?");
    }

    /** Fresh ones, for the caller to change. */
    List<RedisURI> nodes() {
        return nodes.stream().map(RedisURI::create).toList();
    }

    /** The number of the database, 0 unless the address names one. */
    int database() {
        return nodes().get(0).getDatabase();
    }

    /** The address with stars in place of the password. */
    @Override
    public String toString() {
        return String.join(",", nodes().stream().map(RedisURI::toString).toList());
    }
}
