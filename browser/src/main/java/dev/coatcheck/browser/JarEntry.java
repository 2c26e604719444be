package dev.coatcheck.browser;

import java.time.Duration;
import java.time.Instant;

/** A cookie in the jar with what only the jar needs to know. */
final class JarEntry {
    private StoredCookie cookie;
    private final int priority;
    private final String group;

    JarEntry(StoredCookie cookie, int priority) {
        this.cookie = cookie;
        this.priority = priority;
        this.group = CookieDomains.group(cookie.domain());
    }

    StoredCookie cookie() {
        return cookie;
    }

    int priority() {
        return priority;
    }

    /** The registrable domain, or the host. */
    String group() {
        return group;
    }

    /** Notes an access, at most once per granule. */
    void touch(Instant now, Duration granule) {
        if (Duration.between(cookie.lastAccessed(), now).compareTo(granule) > 0) {
            cookie = with(cookie, cookie.created(), now);
        }
    }

    static StoredCookie createdAt(StoredCookie cookie, Instant created) {
        return with(cookie, created, cookie.lastAccessed());
    }

    private static StoredCookie with(StoredCookie c, Instant created, Instant accessed) {
        return new StoredCookie(
                c.name(),
                c.value(),
                c.domain(),
                c.hostOnly(),
                c.path(),
                c.secure(),
                c.httpOnly(),
                c.sameSite(),
                c.expires(),
                created,
                accessed,
                c.sourceScheme(),
                c.sourcePort(),
                c.partition());
    }
}
