package dev.coatcheck.stores.redis;

import io.lettuce.core.RedisURI;
import java.util.List;

/** The servers that writes go to or may come to go to, in the order of their addresses, and how many of them have slots. */
record Masters(List<RedisURI> all, int withSlots) {
    Masters {
        all = all.stream()
                .sorted((one, other) -> one.toString().compareTo(other.toString()))
                .toList();
    }

    List<String> names() {
        return all.stream().map(RedisURI::toString).toList();
    }
}
