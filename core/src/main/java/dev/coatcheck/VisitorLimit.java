package dev.coatcheck;

import dev.coatcheck.http.ClientNetwork;
import dev.coatcheck.http.TrustedProxies;
import dev.coatcheck.http.WebRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How many sessions of visitors one client address may begin within a sliding window. What it counts by is two fixed windows an
 * address, the older one weighed by how much of it still lies in the sliding one: an estimate that a burst at a window's edge can't
 * slip through. It remembers the addresses that came last; a flood from more of them than it remembers is the store's business.
 */
final class VisitorLimit {
    private static final System.Logger LOG = System.getLogger(VisitorLimit.class.getName());
    private static final int ADDRESSES = 20_000;

    private final int most;
    private final Duration window;
    private final AtomicBoolean saidOfProxy = new AtomicBoolean();
    private final Map<ClientNetwork, Count> counts = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ClientNetwork, Count> eldest) {
            return size() > ADDRESSES;
        }
    };

    VisitorLimit(int most, Duration window) {
        this.most = most;
        this.window = window;
    }

    /** What one address has begun: in the window of this number, and in the one before. */
    private record Count(long window, int begun, int before) {
        /** As it stands in a later window. A clock that was put back a little changes nothing; one that was far ahead is forgotten. */
        Count in(long later) {
            if (later == window || later == window - 1) {
                return this;
            }
            return new Count(later, 0, later == window + 1 ? begun : 0);
        }

        Count oneMore() {
            return new Count(window, begun + 1, before);
        }
    }

    /**
     * Counts one more for the client of this request. Where a proxy is not trusted, all its clients are one address: that is said
     * once, since the first that anybody sees of it is 429 for everybody.
     */
    Optional<Duration> begin(WebRequest request, TrustedProxies proxies, Instant now) {
        if (!request.headers("X-Forwarded-For").isEmpty()
                && !proxies.trust(request)
                && saidOfProxy.compareAndSet(false, true)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} sends X-Forwarded-For and is not in proxies.trusted: all visitors who come through it count as one client"
                            + " address. If it is your proxy, add it to proxies.trusted (this is said once)",
                    request.peerAddress());
        }
        return begin(proxies.clientAddress(request), now);
    }

    /** Counts one more. @return how long to wait where there are too many, and then none is counted */
    synchronized Optional<Duration> begin(String clientAddress, Instant now) {
        ClientNetwork address = ClientNetwork.of(clientAddress);
        long millis = window.toMillis();
        long number = Math.floorDiv(now.toEpochMilli(), millis);
        long passed = Math.floorMod(now.toEpochMilli(), millis);
        Count count = counts.getOrDefault(address, new Count(number, 0, 0)).in(number);
        long weighedBefore = count.before() * (millis - passed);
        if (weighedBefore + count.begun() * millis >= most * millis) {
            return Optional.of(Duration.ofMillis(wait(count, millis, passed)));
        }
        counts.put(address, count.oneMore());
        return Optional.empty();
    }

    /** Until the older window weighs little enough, or the present one is over. */
    private long wait(Count count, long millis, long passed) {
        int room = most - count.begun();
        if (room <= 0) {
            return millis - passed;
        }
        return millis - passed - (room * millis - 1) / count.before();
    }

    synchronized int addresses() {
        return counts.size();
    }
}
