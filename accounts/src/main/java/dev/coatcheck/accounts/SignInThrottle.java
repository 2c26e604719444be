package dev.coatcheck.accounts;

import dev.coatcheck.http.ClientNetwork;
import dev.coatcheck.store.Counter;
import dev.coatcheck.store.CounterKey;
import dev.coatcheck.store.CounterStore;
import dev.coatcheck.store.CounterSwap;
import dev.coatcheck.store.MemoryCounterStore;
import dev.coatcheck.store.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * How many passwords may be tried, counted in a {@link CounterStore}: by all nodes together where they share one.
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
 * <p>A refusal costs the store one look, a try that begins one look and one step, its success one step more; what another node
 * wrote meanwhile costs a look and a step again. A store that does not answer is a {@link StoreUnavailableException}, and no
 * password is tried. The store is told no name and no address: {@link CounterKey}.
 *
 * <p>Bounds: a count is forgotten when it makes nobody wait any more, an address of a successful sign-in after
 * {@link ThrottlePolicy#familiarFor}. In memory {@link ThrottlePolicy#entries} of each kind are kept, some 30 MB a kind when
 * full; addresses of successful sign-ins apart from tries, so that no number of tries makes it forget them.
 */
public final class SignInThrottle {
    /** Clocks of nodes, and of threads that waited, differ by less; what lies further ahead was written by a wrong clock. */
    private static final Duration SKEW = Duration.ofMinutes(1);

    /** Each time one of those who race for a counter wins, so this many are in vain only in a crowd. */
    private static final int TRIES = 40;

    private static final int LONGEST_PAUSE_MILLIS = 10;

    private final ThrottlePolicy policy;
    private final CounterStore counters;

    /** With {@link ThrottlePolicy#DEFAULT}, in this process's memory. */
    public SignInThrottle() {
        this(ThrottlePolicy.DEFAULT);
    }

    /** With this policy, in this process's memory. */
    public SignInThrottle(ThrottlePolicy policy) {
        this(policy, new MemoryCounterStore(policy.entries()));
    }

    /** With this policy and these counters; whoever opened them closes them, and purges what has expired. */
    public SignInThrottle(ThrottlePolicy policy, CounterStore counters) {
        this.policy = policy;
        this.counters = counters;
    }

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
     * @throws StoreUnavailableException when nobody can say
     */
    Turn begin(Optional<Username> name, String clientAddress, Instant now) {
        Keys keys = Keys.of(name, ClientNetwork.of(clientAddress));
        for (int tries = 1; ; tries++) {
            Look look = look(keys, now);
            Duration wait = look.longestWait();
            List<CounterSwap> swaps = wait.isZero() ? look.counted() : look.corrected();
            if (swaps.isEmpty() || counters.swap(swaps)) {
                return wait.isZero() ? new Turn.Now(new Try(look.after(swaps))) : new Turn.Later(wholeSeconds(wait));
            }
            pause(tries);
        }
    }

    private Look look(Keys keys, Instant now) {
        return new Look(keys, counters.find(keys.all()), now);
    }

    /** A try that was counted. It failed, unless one of the methods is called. */
    final class Try {
        private final Look begun;

        private Try(Look begun) {
            this.begun = begun;
        }

        /** The password was right: the pair begins anew, and the address is one that the person uses. */
        void succeeded() {
            change(Look::afterSuccess);
        }

        /** Nobody could say whether it was right: as if it had not begun. */
        void takenBack() {
            change(Look::takenBack);
        }

        /** At first on what this try itself wrote, which mostly stands still. */
        private void change(Function<Look, List<CounterSwap>> change) {
            Look look = begun;
            for (int tries = 1; ; tries++) {
                // Whether the paces were spared when it began is what counts: meanwhile the address may have become
                // familiar.
                List<CounterSwap> swaps = change.apply(look.spared(begun.spared()));
                if (swaps.isEmpty() || counters.swap(swaps)) {
                    return;
                }
                pause(tries);
                look = look(begun.keys(), begun.now());
            }
        }
    }

    private static void pause(int tries) {
        if (tries == TRIES) {
            throw StoreUnavailableException.overloaded("sign-in throttle");
        }
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(1_000_000L * Math.min(tries, LONGEST_PAUSE_MILLIS)));
    }

    /** What a try is counted by. A text that is nobody's name is counted by its address alone. */
    private record Keys(Optional<Named> named, CounterKey address) {
        record Named(CounterKey pair, CounterKey name, CounterKey familiar) {}

        static Keys of(Optional<Username> name, ClientNetwork network) {
            String address = network.value();
            return new Keys(
                    name.map(Username::key)
                            .map(key -> new Named(
                                    CounterKey.of("sign-in-pair", key, address),
                                    CounterKey.of("sign-in-name", key),
                                    CounterKey.of("sign-in-familiar", key, address))),
                    CounterKey.of("sign-in-address", address));
        }

        Set<CounterKey> all() {
            Set<CounterKey> all = new HashSet<>(Set.of(address));
            named.ifPresent(one -> all.addAll(Set.of(one.pair(), one.name(), one.familiar())));
            return all;
        }
    }

    /** All counters of a try as they were when the store was asked, and what they become. */
    private final class Look {
        private final Keys keys;
        private final Map<CounterKey, Counter> found;
        private final Instant now;
        private final boolean spared;

        Look(Keys keys, Map<CounterKey, Counter> found, Instant now) {
            this(
                    keys,
                    found,
                    now,
                    keys.named()
                            .map(one -> found.get(one.familiar()))
                            .filter(familiar -> !familiar.isExpired(now))
                            .isPresent());
        }

        private Look(Keys keys, Map<CounterKey, Counter> found, Instant now, boolean spared) {
            this.keys = keys;
            this.found = found;
            this.now = now;
            this.spared = spared;
        }

        Keys keys() {
            return keys;
        }

        Instant now() {
            return now;
        }

        /** Whether this is a familiar address, which is held to the pair alone. */
        boolean spared() {
            return spared;
        }

        Look spared(boolean whenItBegan) {
            return new Look(keys, found, now, whenItBegan);
        }

        Look after(List<CounterSwap> swaps) {
            Map<CounterKey, Counter> next = new HashMap<>(found);
            swaps.forEach(swap -> next.put(swap.key(), swap.next()));
            return new Look(keys, next, now, spared);
        }

        Duration longestWait() {
            Duration wait = keys.named().map(one -> pairWait(one.pair())).orElse(Duration.ZERO);
            if (spared) {
                return wait;
            }
            wait = longer(wait, paceWait(keys.address(), policy.perAddress()));
            return keys.named().isEmpty()
                    ? wait
                    : longer(wait, paceWait(keys.named().get().name(), policy.perName()));
        }

        List<CounterSwap> counted() {
            List<CounterSwap> swaps = new ArrayList<>();
            keys.named().ifPresent(one -> swaps.add(to(one.pair(), tries(tries(one.pair()) + 1, now))));
            if (!spared) {
                swaps.add(to(keys.address(), later(keys.address(), policy.perAddress())));
                keys.named().ifPresent(one -> swaps.add(to(one.name(), later(one.name(), policy.perName()))));
            }
            return swaps;
        }

        /** A clock that was set back must not make anybody wait until it has caught up: what is corrected is written. */
        List<CounterSwap> corrected() {
            List<CounterSwap> swaps = new ArrayList<>();
            keys.named().ifPresent(one -> {
                counter(one.pair())
                        .filter(pair -> isImpossible(pair, Duration.ZERO))
                        .ifPresent(pair -> swaps.add(to(one.pair(), tries(pair.count(), now))));
                addForgotten(one.name(), policy.perName(), swaps);
            });
            addForgotten(keys.address(), policy.perAddress(), swaps);
            return swaps;
        }

        private void addForgotten(CounterKey key, ThrottlePolicy.Pace pace, List<CounterSwap> swaps) {
            counter(key)
                    .filter(counter -> isImpossible(counter, longest(pace)))
                    .ifPresent(counter -> swaps.add(to(key, emptyAt(now))));
        }

        List<CounterSwap> afterSuccess() {
            List<CounterSwap> swaps = pacesTakenBack();
            keys.named().ifPresent(one -> {
                swaps.add(to(one.pair(), new Counter(0, now, now)));
                swaps.add(to(one.familiar(), new Counter(1, now, now.plus(policy.familiarFor()))));
            });
            return swaps;
        }

        List<CounterSwap> takenBack() {
            List<CounterSwap> swaps = pacesTakenBack();
            keys.named()
                    .ifPresent(one -> counter(one.pair())
                            .filter(pair -> pair.count() > 0)
                            .ifPresent(pair -> swaps.add(
                                    to(one.pair(), new Counter(pair.count() - 1, pair.at(), pair.expiresAt())))));
            return swaps;
        }

        private List<CounterSwap> pacesTakenBack() {
            List<CounterSwap> swaps = new ArrayList<>();
            if (!spared) {
                addTakenBack(keys.address(), policy.perAddress(), swaps);
                keys.named().ifPresent(one -> addTakenBack(one.name(), policy.perName(), swaps));
            }
            return swaps;
        }

        private void addTakenBack(CounterKey key, ThrottlePolicy.Pace pace, List<CounterSwap> swaps) {
            counter(key)
                    .ifPresent(counter -> swaps.add(to(key, emptyAt(counter.at().minus(pace.each())))));
        }

        private int tries(CounterKey pair) {
            return counter(pair)
                    .filter(counter -> !counter.isExpired(now))
                    .map(Counter::count)
                    .orElse(0);
        }

        private Duration pairWait(CounterKey pair) {
            int beyond = tries(pair) - policy.freeTries();
            if (beyond < 0) {
                return Duration.ZERO;
            }
            Duration wait = policy.firstWait();
            for (int i = 0; i < beyond && wait.compareTo(policy.longestWait()) < 0; i++) {
                wait = wait.multipliedBy(2);
            }
            Duration theirs = shorter(wait, policy.longestWait());
            return counter(pair)
                    .map(counter -> isImpossible(counter, Duration.ZERO) ? now : counter.at())
                    .map(last -> until(last.plus(theirs), now))
                    .orElse(Duration.ZERO);
        }

        /**
         * The generic cell rate algorithm (ITU-T I.371): kept is only the instant at which the bucket will have run empty.
         * It lies {@code burst} times {@code each} ahead at most.
         */
        private Duration paceWait(CounterKey key, ThrottlePolicy.Pace pace) {
            return until(empty(key, pace).minus(pace.each().multipliedBy(pace.burst() - 1L)), now);
        }

        private Counter later(CounterKey key, ThrottlePolicy.Pace pace) {
            Instant empty = empty(key, pace);
            return emptyAt((empty.isBefore(now) ? now : empty).plus(pace.each()));
        }

        private Instant empty(CounterKey key, ThrottlePolicy.Pace pace) {
            return counter(key)
                    .filter(counter -> !isImpossible(counter, longest(pace)))
                    .map(Counter::at)
                    .orElse(now);
        }

        private boolean isImpossible(Counter counter, Duration ahead) {
            return counter.at().isAfter(now.plus(ahead).plus(SKEW));
        }

        private Counter tries(int number, Instant last) {
            return new Counter(number, last, last.plus(policy.forgetAfter()));
        }

        private CounterSwap to(CounterKey key, Counter next) {
            return new CounterSwap(key, counter(key), next);
        }

        private Optional<Counter> counter(CounterKey key) {
            return Optional.ofNullable(found.get(key));
        }
    }

    private static Counter emptyAt(Instant empty) {
        return new Counter(1, empty, empty);
    }

    private static Duration longest(ThrottlePolicy.Pace pace) {
        return pace.each().multipliedBy(pace.burst());
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
}
