package dev.coatcheck.endpoints;

import dev.coatcheck.http.ClientNetwork;
import dev.coatcheck.session.EventPolicy;
import dev.coatcheck.session.UserId;
import dev.coatcheck.token.SessionId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How many streams are open, and for whom. Holds an entry only where one is. */
final class StreamPlaces {
    private final EventPolicy policy;
    private final Map<Object, Integer> taken = new HashMap<>();
    private int all;

    StreamPlaces(EventPolicy policy) {
        this.policy = policy;
    }

    /** Whose place a stream takes. */
    record Place(SessionId session, UserId user, ClientNetwork address) {
        List<Object> parts() {
            return List.of(session, user, address);
        }
    }

    /** Takes a place. @return whose limit is reached, and none is taken; empty when it is */
    synchronized Optional<String> take(Place place) {
        Optional<String> full = full(place);
        if (full.isEmpty()) {
            all++;
            place.parts().forEach(part -> taken.merge(part, 1, Integer::sum));
        }
        return full;
    }

    synchronized void giveBack(Place place) {
        all--;
        place.parts().forEach(part -> taken.computeIfPresent(part, (same, count) -> count == 1 ? null : count - 1));
    }

    synchronized int all() {
        return all;
    }

    synchronized boolean areEmpty() {
        return all == 0 && taken.isEmpty();
    }

    private Optional<String> full(Place place) {
        if (taken.getOrDefault(place.session(), 0) >= policy.perSession()) {
            return Optional.of("one session");
        }
        if (taken.getOrDefault(place.user(), 0) >= policy.perUser()) {
            return Optional.of("one user");
        }
        if (taken.getOrDefault(place.address(), 0) >= policy.perAddress()) {
            return Optional.of("one client address");
        }
        return all >= policy.most() ? Optional.of("one server") : Optional.empty();
    }
}
