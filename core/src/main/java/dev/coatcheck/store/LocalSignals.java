package dev.coatcheck.store;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;

/** Signals within one process: listeners hear them on the thread that writes, before its write returns. */
public final class LocalSignals implements SessionSignals {
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final boolean reachEveryNode;

    private LocalSignals(boolean reachEveryNode) {
        this.reachEveryNode = reachEveryNode;
    }

    /** For a store that nobody outside this process writes to. */
    public static LocalSignals ofTheOnlyProcess() {
        return new LocalSignals(true);
    }

    /** For a store that other processes may write to unheard. */
    public static LocalSignals ofThisProcessAlone() {
        return new LocalSignals(false);
    }

    /** Tells every listener. */
    public void tell(SessionSignal signal) {
        listeners.forEach(listener -> listener.heard(signal));
    }

    @Override
    public Subscription subscribe(Listener listener) {
        // Each subscription is one of its own, also of a listener that has another.
        Listener own = new Listener() {
            @Override
            public void heard(SessionSignal signal) {
                listener.heard(signal);
            }

            @Override
            public void missed() {
                listener.missed();
            }
        };
        listeners.add(own);
        return () -> listeners.remove(own);
    }

    @Override
    public OptionalLong provenAt() {
        return OptionalLong.of(System.nanoTime());
    }

    @Override
    public boolean reachEveryNode() {
        return reachEveryNode;
    }
}
