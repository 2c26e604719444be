package dev.coatcheck.browser;

import dev.coatcheck.site.Site;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The HTTP cache as far as it changes what CORS sees (RFC 9111): fresh answers to GET, kept for each top-level site. */
final class HttpCache {
    private record Key(String url, Optional<Site> topSite, Optional<Site> frameSite) {}

    private record Entry(NetworkResponse response, Headers request, Instant until) {}

    private final Map<Key, Entry> entries = new HashMap<>();

    private static Key key(Url url, Document client) {
        return new Key(
                url.withoutFragment(),
                client.top().origin().map(Site::of),
                client.origin().map(Site::of));
    }

    Optional<NetworkResponse> find(Url url, Document client, Headers request, boolean staleToo, Instant now) {
        return Optional.ofNullable(entries.get(key(url, client)))
                .filter(entry -> staleToo || entry.until().isAfter(now))
                .filter(entry -> varies(entry.response().headers()).stream()
                        .allMatch(name -> !name.equals("*")
                                && entry.request().combined(name).equals(request.combined(name))))
                .map(Entry::response);
    }

    private static List<String> varies(Headers response) {
        return List.of(response.combined("Vary").orElse("").split(",", -1)).stream()
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    void note(NetworkRequest request, Url url, Document client, NetworkResponse response, Instant now) {
        Key key = key(url, client);
        if (!request.method().equals("GET")) {
            if (!request.method().equals("HEAD") && !request.method().equals("OPTIONS") && response.status() < 400) {
                entries.remove(key);
            }
            return;
        }
        long fresh = freshSeconds(response, now);
        if (fresh > 0) {
            entries.put(key, new Entry(response, request.headers(), now.plusSeconds(fresh)));
        } else {
            entries.remove(key);
        }
    }

    private static long freshSeconds(NetworkResponse response, Instant now) {
        String control = response.headers().combined("Cache-Control").orElse("").toLowerCase(Locale.ROOT);
        boolean cacheable = List.of(200, 203, 300, 301, 308, 404, 410).contains(response.status());
        String pragma = response.headers().combined("Pragma").orElse("").toLowerCase(Locale.ROOT);
        if (!cacheable || pragma.contains("no-cache") || control.contains("no-store") || control.contains("no-cache")) {
            return 0;
        }
        for (String part : control.split(",", -1)) {
            if (part.strip().matches("max-age=\"?\\d{1,12}\"?")) {
                return Long.parseLong(part.replaceAll("\\D", "")) - age(response);
            }
        }
        Instant date = date(response, "Date").orElse(now);
        Optional<Instant> expires = date(response, "Expires");
        if (response.headers().contains("Expires")) {
            return expires.map(e -> Duration.between(date, e).toSeconds()).orElse(0L);
        }
        return date(response, "Last-Modified")
                .map(modified -> Math.max(0, Duration.between(modified, date).toSeconds() / 10))
                .orElse(0L);
    }

    private static long age(NetworkResponse response) {
        String age = response.headers().first("Age").orElse("0");
        return age.matches("\\d{1,12}") ? Long.parseLong(age) : 0;
    }

    private static Optional<Instant> date(NetworkResponse response, String name) {
        return response.headers().first(name).flatMap(HttpDates::parse);
    }
}
