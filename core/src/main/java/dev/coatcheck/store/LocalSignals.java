package dev.coatcheck.store;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Signals within one process: listeners hear them on the thread that writes, before its write returns. Also the list of
 * listeners for whoever hears signals from elsewhere.
 */
public final class LocalSignals implements SessionSignals {
    private static final System.Logger LOG = System.getLogger(LocalSignals.class.getName());

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

    /**
     * Tells every listener; what one of them throws is logged and stops neither the others nor the caller. It is told then that
     * it may have missed something.
     */
    public void tell(SessionSignal signal) {
        each(listener -> listener.heard(signal));
    }

    /** Tells every listener that signals may have been lost. */
    public void tellMissed() {
        each(Listener::missed);
    }

    private void each(Consumer<Listener> word) {
        for (Listener listener : listeners) {
            try {
                word.accept(listener);
            } catch (Throwable e) {
                LOG.log(Level.ERROR, "a listener to the signals of sessions threw, which it must not", e);
                tellMissed(listener);
            }
        }
    }

    private static void tellMissed(Listener listener) {
        try {
            listener.missed();
        } catch (Throwable e) {
            LOG.log(Level.ERROR, "and threw again when it was told that it may have missed something", e);
        }
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
