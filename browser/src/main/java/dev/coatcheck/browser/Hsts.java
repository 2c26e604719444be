package dev.coatcheck.browser;

import dev.coatcheck.site.Hosts;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Hosts that demanded https (RFC 6797). */
final class Hsts {
    private record Entry(Instant until, boolean subdomains) {}

    private final Map<String, Entry> hosts = new HashMap<>();

    void note(Url url, Headers headers, Instant now) {
        String line = headers.first("Strict-Transport-Security").orElse("");
        if (line.isEmpty() || !url.isSecure() || Hosts.isIpAddress(url.host())) {
            return;
        }
        long seconds = -1;
        boolean subdomains = false;
        for (String part : line.split(";", -1)) {
            String word = part.strip().toLowerCase(Locale.ROOT).replace("\"", "");
            if (word.matches("max-age\\s*=\\s*\\d{1,12}")) {
                seconds = Long.parseLong(word.substring(word.indexOf('=') + 1).strip());
            }
            subdomains |= word.equals("includesubdomains");
        }
        if (seconds == 0) {
            hosts.remove(url.host());
        } else if (seconds > 0) {
            hosts.put(url.host(), new Entry(now.plusSeconds(seconds), subdomains));
        }
    }

    boolean upgrades(Url url, Instant now) {
        if (url.isSecure() || Hosts.isIpAddress(url.host())) {
            return false;
        }
        String name = url.host();
        for (boolean exact = true; ; exact = false) {
            Entry entry = hosts.get(name);
            if (entry != null && entry.until().isAfter(now) && (exact || entry.subdomains())) {
                return true;
            }
            int dot = name.indexOf('.');
            if (dot < 0) {
                return false;
            }
            name = name.substring(dot + 1);
        }
    }
}
