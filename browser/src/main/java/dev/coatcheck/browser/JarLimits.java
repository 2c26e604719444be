package dev.coatcheck.browser;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What has to go when the jar is full. Figures and order are Chromium's: 180 cookies of a registrable domain are cut to 150, by priority,
 * non-secure before secure, least recently used first; 3300 in all are cut to 3000 among those unused for 30 days; a partition holds 180
 * cookies and 10240 bytes of a domain.
 */
final class JarLimits {
    static final int LOW = 0;
    static final int MEDIUM = 1;
    static final int HIGH = 2;

    private static final int PER_DOMAIN = 180;
    private static final int PER_DOMAIN_AFTER = 150;
    private static final int[] QUOTA = {30, 50, 70};
    private static final int[][] ROUNDS = {{LOW, 1}, {LOW, 0}, {MEDIUM, 1}, {HIGH, 1}, {MEDIUM, 0}, {HIGH, 0}};
    private static final int TOTAL = 3300;
    private static final int TOTAL_AFTER = 3000;
    private static final Duration RECENT = Duration.ofDays(30);
    private static final int PARTITION_BYTES = 10_240;

    private JarLimits() {}

    /** Removes what is too much after a cookie was added, and returns it. */
    static List<StoredCookie> enforce(List<JarEntry> entries, StoredCookie added, Instant now) {
        String group = CookieDomains.group(added.domain());
        List<JarEntry> same = new ArrayList<>(entries.stream()
                .filter(entry -> entry.cookie().partition().equals(added.partition())
                        && entry.group().equals(group))
                .sorted(leastRecentlyUsed())
                .toList());
        List<JarEntry> gone = added.partition().isPresent() ? overPartition(same) : overDomain(same);
        entries.removeAll(gone);
        List<JarEntry> old = overTotal(entries, now);
        entries.removeAll(old);
        gone.addAll(old);
        return gone.stream().map(JarEntry::cookie).toList();
    }

    private static Comparator<JarEntry> leastRecentlyUsed() {
        return Comparator.comparing((JarEntry entry) -> entry.cookie().lastAccessed())
                .thenComparing(entry -> entry.cookie().created());
    }

    private static List<JarEntry> overPartition(List<JarEntry> same) {
        List<JarEntry> gone = new ArrayList<>();
        int bytes = same.stream().mapToInt(JarLimits::size).sum();
        for (JarEntry entry : same) {
            if (same.size() - gone.size() <= PER_DOMAIN && bytes <= PARTITION_BYTES) {
                break;
            }
            gone.add(entry);
            bytes -= size(entry);
        }
        return gone;
    }

    private static int size(JarEntry entry) {
        return entry.cookie().name().length() + entry.cookie().value().length();
    }

    private static List<JarEntry> overDomain(List<JarEntry> same) {
        List<JarEntry> gone = new ArrayList<>();
        if (same.size() <= PER_DOMAIN) {
            return gone;
        }
        int goal = same.size() - PER_DOMAIN_AFTER;
        for (int[] round : ROUNDS) {
            purge(same, round[0], round[1] == 1, goal - gone.size(), gone);
        }
        return gone;
    }

    private static void purge(List<JarEntry> same, int priority, boolean protectSecure, int goal, List<JarEntry> gone) {
        List<JarEntry> candidates = new ArrayList<>(
                same.stream().filter(entry -> entry.priority() == priority).toList());
        int quota = QUOTA[priority];
        if (candidates.size() <= quota) {
            return;
        }
        long secure =
                candidates.stream().filter(entry -> entry.cookie().secure()).count();
        long may = candidates.size() - (protectSecure ? Math.max(secure, quota) : quota);
        int removed = 0;
        for (JarEntry entry : candidates) {
            if (removed >= goal || may <= 0) {
                return;
            }
            if (!protectSecure || !entry.cookie().secure()) {
                gone.add(entry);
                same.remove(entry);
                removed++;
                may--;
            }
        }
    }

    private static List<JarEntry> overTotal(List<JarEntry> entries, Instant now) {
        List<JarEntry> gone = new ArrayList<>();
        long unpartitioned = entries.stream()
                .filter(entry -> entry.cookie().partition().isEmpty())
                .count();
        if (unpartitioned <= TOTAL) {
            return gone;
        }
        long goal = unpartitioned - TOTAL_AFTER;
        Instant safe = now.minus(RECENT);
        entries.stream()
                .filter(entry -> entry.cookie().partition().isEmpty()
                        && entry.cookie().lastAccessed().isBefore(safe))
                .sorted(Comparator.comparing((JarEntry entry) -> entry.cookie().secure())
                        .thenComparing(leastRecentlyUsed()))
                .limit(goal)
                .forEach(gone::add);
        return gone;
    }
}
