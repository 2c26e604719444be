package dev.coatcheck.accounts;

import java.time.Duration;

/**
 * How fast passwords may be tried. What each part does stands at {@link SignInThrottle}.
 *
 * @param freeTries of one name from one address, before the waiting begins
 * @param firstWait after those; each further try doubles it
 * @param longestWait it is never longer
 * @param forgetAfter without a try of that name from that address, its count begins anew; not shorter than the longest wait
 * @param perName tries of one name from all addresses that it was never signed in from, together
 * @param perAddress tries of all names from one address, together
 * @param familiarFor after signing in to a name, for so long the address is held to the first of the three alone
 * @param entries how many counts of each kind are kept in memory; the one that was not used for the longest time goes first
 */
public record ThrottlePolicy(
        int freeTries,
        Duration firstWait,
        Duration longestWait,
        Duration forgetAfter,
        Pace perName,
        Pace perAddress,
        Duration familiarFor,
        int entries) {

    /** 5 free tries, 1 s to 5 min of waiting; 100 tries a name, then 1 in 30 s; 100 tries an address, then 1 in 5 s; familiar for 90 days. */
    public static final ThrottlePolicy DEFAULT = new ThrottlePolicy(
            5,
            Duration.ofSeconds(1),
            Duration.ofMinutes(5),
            Duration.ofHours(1),
            new Pace(100, Duration.ofSeconds(30)),
            new Pace(100, Duration.ofSeconds(5)),
            Duration.ofDays(90),
            100_000);

    /**
     * Some at once, and then one in a while.
     *
     * @param burst how many at once after a rest
     * @param each the time after which one more is allowed
     */
    public record Pace(int burst, Duration each) {
        /** @throws IllegalArgumentException when nothing would be allowed */
        public Pace {
            if (burst < 1 || isNotPositive(each)) {
                throw new IllegalArgumentException(
                        "a pace is 1 at once at least, then 1 in some time, not " + burst + " and " + each);
            }
        }
    }

    /** @throws IllegalArgumentException when the parts contradict each other */
    public ThrottlePolicy {
        if (freeTries < 1 || entries < 1) {
            throw new IllegalArgumentException(
                    "one try at least is free and one count at least is kept, not " + freeTries + " and " + entries);
        }
        if (isNotPositive(familiarFor)) {
            throw new IllegalArgumentException("an address is familiar for some time, not " + familiarFor);
        }
        if (isNotPositive(firstWait)
                || longestWait.compareTo(firstWait) < 0
                || forgetAfter.compareTo(longestWait) < 0) {
            throw new IllegalArgumentException("waiting grows from " + firstWait + " to " + longestWait
                    + " and is forgotten after " + forgetAfter + ": each has to be at least as long as the one before");
        }
    }

    public ThrottlePolicy withFreeTries(int number) {
        return new ThrottlePolicy(
                number, firstWait, longestWait, forgetAfter, perName, perAddress, familiarFor, entries);
    }

    public ThrottlePolicy withWaits(Duration first, Duration longest) {
        return new ThrottlePolicy(freeTries, first, longest, forgetAfter, perName, perAddress, familiarFor, entries);
    }

    public ThrottlePolicy withForgetAfter(Duration rest) {
        return new ThrottlePolicy(freeTries, firstWait, longestWait, rest, perName, perAddress, familiarFor, entries);
    }

    public ThrottlePolicy withPerName(Pace pace) {
        return new ThrottlePolicy(
                freeTries, firstWait, longestWait, forgetAfter, pace, perAddress, familiarFor, entries);
    }

    public ThrottlePolicy withPerAddress(Pace pace) {
        return new ThrottlePolicy(freeTries, firstWait, longestWait, forgetAfter, perName, pace, familiarFor, entries);
    }

    public ThrottlePolicy withFamiliarFor(Duration time) {
        return new ThrottlePolicy(freeTries, firstWait, longestWait, forgetAfter, perName, perAddress, time, entries);
    }

    public ThrottlePolicy withEntries(int number) {
        return new ThrottlePolicy(
                freeTries, firstWait, longestWait, forgetAfter, perName, perAddress, familiarFor, number);
    }

    private static boolean isNotPositive(Duration duration) {
        return duration.isZero() || duration.isNegative();
    }
}
