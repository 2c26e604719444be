package dev.coatcheck.browser;

import dev.coatcheck.site.SameSite;
import java.time.Instant;
import java.util.Optional;

/**
 * A cookie in the jar (RFC 6265bis §5.7). Its text form never shows the value.
 *
 * @param name the name, possibly empty
 * @param value the value
 * @param domain the host, or the domain whose hosts get the cookie
 * @param hostOnly whether only {@code domain} itself gets it
 * @param path the path from which on it is sent
 * @param secure whether it goes to secure and loopback URLs only
 * @param httpOnly whether scripts don't see it
 * @param sameSite the attribute if a known value was given; empty is treated as Lax
 * @param expires the instant at which it is gone (that instant itself is already dead); empty for a session cookie
 * @param created when a cookie of this key and value was first set; orders the header
 * @param lastAccessed when it was last set or sent; orders eviction
 * @param sourceScheme {@code https} if it was set from a secure or trusted origin, else {@code http}
 * @param sourcePort the port it was set from
 * @param partition the partition of a {@code Partitioned} cookie
 */
public record StoredCookie(
        String name,
        String value,
        String domain,
        boolean hostOnly,
        String path,
        boolean secure,
        boolean httpOnly,
        Optional<SameSite> sameSite,
        Optional<Instant> expires,
        Instant created,
        Instant lastAccessed,
        String sourceScheme,
        int sourcePort,
        Optional<PartitionKey> partition) {
    /** Whether the cookie is gone at an instant. */
    public boolean isExpired(Instant now) {
        return expires.isPresent() && !expires.get().isAfter(now);
    }

    @Override
    public String toString() {
        return "StoredCookie[" + name + "=[redacted]; Domain=" + domain + (hostOnly ? " (host only)" : "") + "; Path="
                + path
                + (secure ? "; Secure" : "") + (httpOnly ? "; HttpOnly" : "")
                + sameSite.map(s -> "; SameSite=" + s).orElse("")
                + partition.map(p -> "; Partitioned " + p).orElse("") + "]";
    }
}
