package dev.coatcheck.browser;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Preflights that were passed (Fetch §4.9), for as long as {@code Access-Control-Max-Age} says; Chromium caps it at two hours. */
final class PreflightCache {
    private static final long DEFAULT_SECONDS = 5;
    private static final long MOST_SECONDS = Duration.ofHours(2).toSeconds();

    /** Chromium tells fragments apart here. */
    private record Key(String origin, String url, Optional<PartitionKey> partition) {}

    private record Entry(Cors.Grants grants, Instant until) {}

    private final Map<Key, Entry> entries = new HashMap<>();

    void remember(
            String origin,
            Url url,
            Optional<PartitionKey> partition,
            Headers answer,
            boolean credentials,
            Instant now) {
        long seconds = seconds(answer.combined("Access-Control-Max-Age"));
        Cors.Grants.of(answer, credentials)
                .ifPresent(grants -> entries.put(
                        new Key(origin, url.toString(), partition), new Entry(grants, now.plusSeconds(seconds))));
    }

    private static long seconds(Optional<String> header) {
        String text = header.orElse("");
        if (!text.matches("[+\\-]?\\d+")) {
            return DEFAULT_SECONDS;
        }
        if (text.startsWith("-")) {
            return 0;
        }
        return text.length() > 9 ? MOST_SECONDS : Math.min(MOST_SECONDS, Long.parseLong(text.replace("+", "")));
    }

    /** Whether an earlier preflight covers a request. */
    boolean covers(
            String origin,
            Url url,
            Optional<PartitionKey> partition,
            boolean credentials,
            String method,
            Set<String> unsafe,
            Instant now) {
        Key key = new Key(origin, url.toString(), partition);
        Entry entry = entries.get(key);
        if (entry == null) {
            return false;
        }
        boolean usable = entry.until().isAfter(now)
                && (entry.grants().credentials() || !credentials)
                && entry.grants().refusal(method, unsafe).isEmpty();
        if (!usable) {
            entries.remove(key);
        }
        return usable;
    }
}
