package dev.coatcheck.gateway;

import dev.coatcheck.site.Origin;
import java.util.Objects;

/**
 * A server that the gateway forwards to.
 *
 * @param name what a person calls it, in messages: "the API", "the app"
 * @param origin where it listens
 * @param wayOut what to do when it does not answer, as a sentence
 * @param addressed how its requests are addressed
 */
public record Upstream(String name, Origin origin, String wayOut, Addressed addressed) {
    /** Whose address the requests of an upstream bear; Host, Origin, Referer and X-Forwarded-* always tell one story. */
    public enum Addressed {
        /** The gateway's: Host and Origin stay as the browser sent them. For servers that answer to any host name. */
        AS_HERE,
        /** The upstream's own, as if the browser had gone there: for virtual hosts and for https. */
        AS_THERE
    }

    public Upstream {
        Objects.requireNonNull(name);
        Objects.requireNonNull(origin);
        Objects.requireNonNull(wayOut);
        Objects.requireNonNull(addressed);
    }

    /** The host and the port, the scheme's default left out: what stands in a Host header. */
    String authority() {
        return origin.toString().substring(origin.scheme().length() + "://".length());
    }

    /** The host as sockets know it, an IPv6 address without brackets. */
    String socketHost() {
        String host = origin.host();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
