package dev.coatcheck.stores.redis;

import io.lettuce.core.RedisURI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is, and the password for it. Never printed with the password.
 *
 * <ul>
 *   <li>{@code redis://[[user:]password@]host[:port][/database]}: one server, or any node of a Cluster;
 *   <li>{@code rediss://…}: the same over TLS;
 *   <li>{@code redis-sentinel://[[user:]password@]sentinel[:port][,sentinel[:port]…][/database]#master}: the master that
 *       the Sentinels name (port 26379 if none is given); {@code rediss-sentinel://…}: the same over TLS, with the Sentinels
 *       and with the master;
 *   <li>several nodes of one Cluster, separated by commas: {@code redis://host-a:6379,redis://host-b:6379}.
 * </ul>
 *
 * <p>With TLS, {@code ?sslrootcert=FILE} (before a {@code #}) names the authorities to trust in place of those that Java
 * brings: certificates in PEM. The server's certificate and its name are always looked at.
 */
public final class RedisAddress {
    private static final String SHAPES = "redis://[[user:]password@]host[:port][/database], rediss:// for TLS, or"
            + " redis-sentinel://host[:port][,host[:port]]#master; several nodes of a cluster stand behind commas,"
            + " each with its own redis://";
    private static final Pattern PARTS = Pattern.compile("([^?#]*)(?:\\?([^#]*))?(#.*)?");
    private static final Pattern LOGIN = Pattern.compile("([a-z-]+://)(?:([^/]*)@)?(.*)");

    private final List<Node> nodes;

    private RedisAddress(List<Node> nodes) {
        this.nodes = nodes;
    }

    /**
     * One of them.
     *
     * @param text without what follows a question mark, of which the client library sees nothing
     * @param authorities a file's name
     */
    private record Node(String text, Optional<String> authorities) {
        boolean tls() {
            return text.startsWith("rediss");
        }

        RedisURI uri() {
            return RedisURI.create(text);
        }
    }

    /** The address that the text names. @throws IllegalArgumentException when it names none; the text is not repeated */
    public static RedisAddress of(String text) {
        List<Node> nodes = Stream.of(text.strip().split(",\\s*(?=redis[a-z-]*://)", -1))
                .map(RedisAddress::node)
                .toList();
        if (nodes.stream().map(Node::tls).distinct().count() > 1) {
            throw refused(
                    "some of its nodes are named with TLS and some without",
                    "Write rediss:// before each of them, or before none");
        }
        if (!nodes.get(0).tls() && nodes.stream().anyMatch(node -> node.authorities.isPresent())) {
            throw refused(
                    "it has a sslrootcert, and no TLS with which that would be looked at",
                    "Write rediss:// or rediss-sentinel://, or leave the certificate out");
        }
        if (nodes.stream().flatMap(node -> node.authorities.stream()).distinct().count() > 1) {
            throw refused(
                    "its nodes have different files as their sslrootcert",
                    "Put the certificates into one file, and name that");
        }
        return new RedisAddress(nodes);
    }

    private static Node node(String text) {
        Matcher parts = PARTS.matcher(text);
        String bare = parts.matches()
                ? parts.group(1) + Optional.ofNullable(parts.group(3)).orElse("")
                : "";
        if (read(bare).isEmpty()) {
            throw new IllegalArgumentException("not a Redis address: " + SHAPES);
        }
        return new Node(bare, authorities(Optional.ofNullable(parts.group(2)).orElse("")));
    }

    /** What the client library would take there weakens what the rest of the address asks for, or is set by us. */
    private static Optional<String> authorities(String query) {
        Optional<String> file = Optional.empty();
        for (String option : query.isEmpty() ? new String[0] : query.split("&", -1)) {
            String[] parts = option.split("=", 2);
            String value = parts.length == 2 ? decoded(parts[1]) : "";
            if (parts[0].equalsIgnoreCase("verifyPeer")) {
                throw refused(
                        "its verifyPeer is about not looking at the server's certificate, or not at the name in it: whoever"
                                + " stands in between could read and change every session",
                        "Leave it out. An authority of your own goes into sslrootcert=FILE, and the name that you write into"
                                + " the server's certificate");
            }
            if (!parts[0].equals("sslrootcert") || value.isEmpty()) {
                throw refused(
                        "what follows its question mark has something unknown",
                        "Known is sslrootcert=FILE, the authorities' certificates (PEM), with rediss:// and"
                                + " rediss-sentinel:// alone");
            }
            file = Optional.of(value);
        }
        return file;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw refused("a percent sign behind its question mark stands for itself", "Write % as %25");
        }
    }

    private static IllegalArgumentException refused(String why, String way) {
        return new IllegalArgumentException("the address of Redis can't be used: " + why + ". " + way);
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
        return nodes.stream().map(Node::uri).toList();
    }

    /** The nodes as they may be printed, in the same order. */
    List<String> names() {
        return nodes.stream().map(node -> withoutPassword(node.text)).toList();
    }

    /** Whether it is to be TLS. */
    boolean tls() {
        return nodes.get(0).tls();
    }

    /** The file with the authorities to trust, in place of Java's. */
    Optional<String> authorities() {
        return nodes.stream().flatMap(node -> node.authorities.stream()).findFirst();
    }

    /** The name by which Sentinels know the master, when the address is theirs. */
    Optional<String> master() {
        return Optional.ofNullable(nodes().get(0).getSentinelMasterId());
    }

    /** The number of the database, 0 unless the address names one. */
    int database() {
        return nodes().get(0).getDatabase();
    }

    private static String withoutPassword(String text) {
        Matcher parts = LOGIN.matcher(text);
        if (!parts.matches()) {
            return "redis";
        }
        String login = Optional.ofNullable(parts.group(2)).orElse("");
        String user = login.contains(":") ? login.substring(0, login.indexOf(':')) : "";
        return parts.group(1) + (user.isEmpty() ? "" : user + "@") + parts.group(3);
    }

    /** The address without the password. */
    @Override
    public String toString() {
        return String.join(",", names());
    }
}
