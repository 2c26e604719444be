package dev.coatcheck.stores.nearcache;

import java.util.Optional;

/**
 * One write of one session by this node that is under way. What it leaves may be kept if nothing later than that was heard of,
 * or seen by anybody here, since it began. Used within {@link Memory}'s one step for each session.
 */
class Write {
    final long flush;
    /** Before it was sent, by the clock of proofs. */
    final long asOf;
    /** What was kept when it began. */
    final Optional<Memory.Kept> before;

    private long newest;
    private boolean spoiled;

    Write(long flush, long asOf, Optional<Memory.Kept> before) {
        this.flush = flush;
        this.asOf = asOf;
        this.before = before;
    }

    /** There is this revision, or a later one. */
    void heardOf(long revision) {
        newest = Math.max(newest, revision);
    }

    /** It ended, or was written who knows how. */
    void spoil() {
        spoiled = true;
    }

    /** Whether this revision, which the write made, may still be the newest. */
    boolean mayBeNewest(long revision) {
        return !spoiled && newest <= revision;
    }
}
