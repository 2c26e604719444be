package dev.coatcheck.stores.redis;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who the masters are, as one look told. In a Cluster each of them is asked again and again whether that is still so, and the
 * first that says otherwise ends the view.
 */
final class View {
    private static final long NONE = -1;

    private final Masters masters;
    private final AtomicLong epoch = new AtomicLong(NONE);
    private volatile boolean over;

    View(Masters masters) {
        this.masters = masters;
    }

    /** That nobody has looked. */
    static View none() {
        View none = new View(new Masters(List.of(), 0));
        none.end();
        return none;
    }

    Masters masters() {
        return masters;
    }

    /** Whether this word fits; all must name the epoch that the first one named. */
    boolean fits(ClusterWord word) {
        return word.master()
                && word.ok()
                && word.withSlots() == masters.withSlots()
                && (epoch.compareAndSet(NONE, word.epoch()) || epoch.get() == word.epoch());
    }

    void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }
}
