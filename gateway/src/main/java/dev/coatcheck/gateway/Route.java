package dev.coatcheck.gateway;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A part of the path space that belongs to an upstream, by whole segments: {@code /api} has {@code /api} and {@code /api/x}, and
 * not {@code /apis}. The path is forwarded as it came, prefix included.
 *
 * @param path begins with a slash and, but for {@code /} itself, ends without one
 * @param upstream where its requests go
 */
public record Route(String path, Upstream upstream) {
    /** @throws IllegalArgumentException when no request could ever have such a path */
    public Route {
        Objects.requireNonNull(upstream);
        if (!isPath(path)) {
            throw new IllegalArgumentException("a route's path begins with a slash, ends without one, and has no empty"
                    + " or dot segments, %, ;, ? or #: not \"" + path + "\"");
        }
    }

    /** Whether a route can have this path. */
    public static boolean isPath(String path) {
        return path.equals("/") || path.matches("(/(?!\\.{1,2}(/|$))[^/%;?#\\\\\\s\\p{Cntrl}]+)+");
    }

    /** The route with the longest path that has this one, which is decoded and normalised. */
    static Optional<Route> of(String path, List<Route> routes) {
        return routes.stream()
                .filter(route -> route.has(path))
                .max(Comparator.comparingInt(route -> route.path().length()));
    }

    private boolean has(String wanted) {
        return path.equals("/")
                || (wanted.startsWith(path)
                        && (wanted.length() == path.length() || wanted.charAt(path.length()) == '/'));
    }
}
