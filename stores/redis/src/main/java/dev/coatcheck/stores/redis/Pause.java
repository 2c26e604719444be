package dev.coatcheck.stores.redis;

import java.time.Duration;

/** How long to wait before the next try: each time twice as long, up to 5 s, until one succeeds. Of one thread. */
final class Pause {
    private static final long LONGEST = Duration.ofSeconds(5).toNanos();

    private final long shortest;
    private long next;
    private long began;
    private long lasts;

    Pause(Duration shortest) {
        this.shortest = shortest.toNanos();
        this.next = this.shortest;
    }

    void begin() {
        began = System.nanoTime();
        lasts = next;
        next = Math.min(2 * next, LONGEST);
    }

    boolean isOver() {
        return lasts == 0 || System.nanoTime() - began >= lasts;
    }

    void succeeded() {
        next = shortest;
        lasts = 0;
    }
}
