package dev.coatcheck.settings;

import dev.coatcheck.site.Hosts;
import java.util.Optional;

/**
 * Where a server listens.
 *
 * @param host a name or an address, IPv6 without brackets
 * @param port 1 to 65535
 */
public record ListenAddress(String host, int port) {
    /** Reads {@code host:port} or {@code [ipv6]:port}; empty for every other text. */
    static Optional<ListenAddress> parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1 || !text.substring(colon + 1).matches("\\d{1,5}")) {
            return Optional.empty();
        }
        int port = Integer.parseInt(text.substring(colon + 1));
        String host = text.substring(0, colon);
        boolean possible = port >= 1 && port <= 65_535 && (host.startsWith("[") || host.indexOf(':') < 0);
        return possible
                ? Hosts.canonicalise(host)
                        .map(canonical -> new ListenAddress(canonical.replaceAll("[\\[\\]]", ""), port))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
