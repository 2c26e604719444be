package dev.coatcheck.accounts;

import dev.coatcheck.http.ClientNetwork;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How many passwords may be tried, counted in this node's memory.
 *
 * <p>A try is counted when it begins, so that a thousand at once are a thousand, and taken back when it succeeds or when
 * nobody could say. Unknown names are counted like known ones: the throttle does not tell which exist. An address is an
 * IPv4 address or an IPv6 /64. With {@link ThrottlePolicy#DEFAULT}:
 *
 * <ul>
 *   <li><b>one name from one address</b>: 5 tries are free, then one has to wait 1 s, 2 s, 4 s … 5 min after the last.
 *       Signing in, or an hour without a try, begins anew.
 *   <li><b>one name from everywhere</b>: 100 tries, then one in 30 s, for all addresses together that the name was never
 *       signed in from. So nobody, from however many addresses, tries more than 100 + 2,880 passwords of one name a day.
 *   <li><b>one address</b>: 100 tries of whatever names, then one in 5 s.
 * </ul>
 *
 * <p><b>Who hammers on a name does not lock its person out.</b> An address that a person signed in from before is held only
 * to the first of the three, so nothing that happens at other addresses makes them wait there. At a new address they wait for
 * the second only while a name is under attack from many addresses at once, and share one try in 30 s with the attackers;
 * a single attacking address is slowed by the first long before it has used up the name's hundred. Who shares an address with
 * somebody (an office behind one IPv4 address) and tries that one's name keeps both waiting, 5 minutes at a time. No
 * wait that is answered is longer than that, and none has to be lifted by an administrator.
 *
 * <p>Bounds: 100,000 counts of each kind, some 20 MB a kind when full. Each node counts for itself, and forgets when it is
 * restarted: with several nodes, multiply. Addresses of successful sign-ins are kept apart from tries, so that no number of
 * tries makes the throttle forget them.
 */
public final class SignInThrottle {
    private final ThrottlePolicy policy;
    private final Map<Pair, Count> pairs;
    private final Map<Username, Instant> names;
    private final Map<ClientNetwork, Instant> addresses;
    private final Map<Pair, Boolean> familiar;

    /** With {@link ThrottlePolicy#DEFAULT}. */
    public SignInThrottle() {
        this(ThrottlePolicy.DEFAULT);
    }

    /** With this policy. */
    public SignInThrottle(ThrottlePolicy policy) {
        this.policy = policy;
        this.pairs = new Recent<>(policy.entries());
        this.names = new Recent<>(policy.entries());
        this.addresses = new Recent<>(policy.entries());
        this.familiar = new Recent<>(policy.entries());
    }

    private record Pair(Username name, ClientNetwork address) {}

    private record Count(int tries, Instant last) {}

    /** Whether a try may begin. */
    sealed interface Turn {
        /** It may, and is counted. */
        record Now(Try counted) implements Turn {}

        /** It may not before this time has passed: whole seconds, one at least. */
        record Later(Duration by) implements Turn {}

        default <T> T fold(Function<Try, T> now, Function<Duration, T> later) {
            if (this instanceof Now n) {
                return now.apply(n.counted());
            }
            return later.apply(((Later) this).by());
        }
    }

    /**
     * Counts a try, if it may begin.
     *
     * @param name empty for a text that can be nobody's name: such tries are counted by address alone
     */
    synchronized Turn begin(Optional<Username> name, String clientAddress, Instant now) {
        ClientNetwork address = ClientNetwork.of(clientAddress);
        Optional<Pair> pair = name.map(known -> new Pair(known, address));
        boolean isFamiliar = pair.map(familiar::get).isPresent();
        forgetTheFuture(pair, address, now);
        Duration wait = pair.map(one -> pairWait(one, now)).orElse(Duration.ZERO);
        if (!isFamiliar) {
            wait = longer(wait, paceWait(addresses.get(address), policy.perAddress(), now));
            if (name.isPresent()) {
                wait = longer(wait, paceWait(names.get(name.get()), policy.perName(), now));
            }
        }
        if (!wait.isZero()) {
            return new Turn.Later(wholeSeconds(wait));
        }
        pair.ifPresent(one -> pairs.put(one, new Count(triesOf(one, now) + 1, now)));
        if (!isFamiliar) {
            count(addresses, address, policy.perAddress(), now);
            name.ifPresent(known -> count(names, known, policy.perName(), now));
        }
        return new Turn.Now(new Try(pair, address, isFamiliar));
    }

    /** A try that was counted. It failed, unless one of the methods is called. */
    final class Try {
        private final Optional<Pair> pair;
        private final ClientNetwork address;
        private final boolean isFamiliar;

        private Try(Optional<Pair> pair, ClientNetwork address, boolean isFamiliar) {
            this.pair = pair;
            this.address = address;
            this.isFamiliar = isFamiliar;
        }

        /** The password was right: the pair begins anew, and the address is one that the person uses. */
        void succeeded() {
            synchronized (SignInThrottle.this) {
                takeBackPaces();
                pair.ifPresent(one -> {
                    pairs.remove(one);
                    familiar.put(one, true);
                });
            }
        }

        /** Nobody could say whether it was right: as if it had not begun. */
        void takenBack() {
            synchronized (SignInThrottle.this) {
                takeBackPaces();
                pair.ifPresent(one -> pairs.computeIfPresent(
                        one, (same, count) -> count.tries() > 1 ? new Count(count.tries() - 1, count.last()) : null));
            }
        }

        private void takeBackPaces() {
            if (!isFamiliar) {
                addresses.computeIfPresent(
                        address,
                        (same, empty) -> empty.minus(policy.perAddress().each()));
                pair.ifPresent(one -> names.computeIfPresent(
                        one.name(),
                        (same, empty) -> empty.minus(policy.perName().each())));
            }
        }
    }

    /** How many counts are kept, of all kinds. */
    synchronized int entries() {
        return pairs.size() + names.size() + addresses.size() + familiar.size();
    }

    private int triesOf(Pair pair, Instant now) {
        Count count = pairs.get(pair);
        return count == null || !now.isBefore(count.last().plus(policy.forgetAfter())) ? 0 : count.tries();
    }

    private Duration pairWait(Pair pair, Instant now) {
        int beyond = triesOf(pair, now) - policy.freeTries();
        Count count = pairs.get(pair);
        if (beyond < 0 || count == null) {
            return Duration.ZERO;
        }
        Duration wait = policy.firstWait();
        for (int i = 0; i < beyond && wait.compareTo(policy.longestWait()) < 0; i++) {
            wait = wait.multipliedBy(2);
        }
        return until(count.last().plus(shorter(wait, policy.longestWait())), now);
    }

    /**
     * The generic cell rate algorithm (ITU-T I.371): kept is only the instant at which the bucket will have run empty. It
     * lies {@code burst} times {@code each} ahead at most.
     */
    private static Duration paceWait(@Nullable Instant empty, ThrottlePolicy.Pace pace, Instant now) {
        return empty == null ? Duration.ZERO : until(empty.minus(pace.each().multipliedBy(pace.burst() - 1L)), now);
    }

    /** A clock that was set back must not make anybody wait until it has caught up. */
    private void forgetTheFuture(Optional<Pair> pair, ClientNetwork address, Instant now) {
        pair.ifPresent(one -> {
            pairs.computeIfPresent(
                    one, (same, count) -> count.last().isAfter(now) ? new Count(count.tries(), now) : count);
            names.computeIfPresent(one.name(), (same, empty) -> isPossible(empty, policy.perName(), now) ? empty : now);
        });
        addresses.computeIfPresent(address, (same, empty) -> isPossible(empty, policy.perAddress(), now) ? empty : now);
    }

    private static boolean isPossible(Instant empty, ThrottlePolicy.Pace pace, Instant now) {
        return !empty.isAfter(now.plus(pace.each().multipliedBy(pace.burst())));
    }

    private static <K> void count(Map<K, Instant> empties, K key, ThrottlePolicy.Pace pace, Instant now) {
        Instant empty = empties.getOrDefault(key, now);
        empties.put(key, (empty.isBefore(now) ? now : empty).plus(pace.each()));
    }

    private static Duration until(Instant then, Instant now) {
        return then.isAfter(now) ? Duration.between(now, then) : Duration.ZERO;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private static Duration wholeSeconds(Duration wait) {
        return Duration.ofSeconds(wait.plusNanos(999_999_999).toSeconds());
    }

    /** So many entries; the one that was not used for the longest time goes first. */
    private static final class Recent<K, V> extends LinkedHashMap<K, V> {
        private static final long serialVersionUID = 1L;

        private final int entries;

        Recent(int entries) {
            super(16, 0.75f, true);
            this.entries = entries;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > entries;
        }
    }
}
