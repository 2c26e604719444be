package dev.coatcheck.stores.nearcache;

import dev.coatcheck.store.StoreUnavailableException;
import dev.coatcheck.store.StoredSession;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** One read of one session that is under way. Others may wait for it while it is young. */
final class Load {
    /** What began longer ago may have seen a session that was ended since. */
    private static final Duration YOUNG = Duration.ofMillis(100);

    final long flush;
    /** When it began, by the clock of proofs: what was written before is in what it reads. */
    final long asOf;

    private final CompletableFuture<Optional<StoredSession>> result = new CompletableFuture<>();
    private volatile boolean discarded;
    private volatile long atLeast;

    Load(long flush, long asOf) {
        this.flush = flush;
        this.asOf = asOf;
    }

    boolean youngAt(long nanos) {
        return nanos - asOf < YOUNG.toNanos();
    }

    /** The session was written while it was being read: what was read may be what was before. */
    void discard() {
        discarded = true;
    }

    /** It was told meanwhile that there is this revision: an earlier one is what was before. */
    void expect(long revision) {
        atLeast = Math.max(atLeast, revision);
    }

    boolean isTooOld(StoredSession read) {
        return read.revision() < atLeast;
    }

    boolean isDiscarded() {
        return discarded;
    }

    void done(Optional<StoredSession> session) {
        result.complete(session);
    }

    void failed(Throwable failure) {
        result.completeExceptionally(failure);
    }

    /** The same answer as whoever reads. */
    Optional<StoredSession> await() {
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure
                    ? failure
                    : StoreUnavailableException.during("find", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw StoreUnavailableException.during("find", e);
        }
    }
}
