package dev.coatcheck.stores.redis;

import io.lettuce.core.RedisURI;
import java.util.List;

/** The servers that writes go to or may come to go to, in the order of their addresses, and how many of them have slots. */
record Masters(List<RedisURI> all, int withSlots) {
    Masters {
        all = all.stream()
                .sorted((one, other) -> name(one).compareTo(name(other)))
                .toList();
    }

    List<String> names() {
        return all.stream().map(Masters::name).toList();
    }

    /** As it may be printed: the client library's own text tells how long the password is. */
    static String name(RedisURI master) {
        return master.getSentinels().isEmpty()
                ? master.getHost() + ":" + master.getPort()
                : "the master " + master.getSentinelMasterId();
    }
}
