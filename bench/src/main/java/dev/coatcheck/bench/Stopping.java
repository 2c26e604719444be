package dev.coatcheck.bench;

import java.util.ArrayDeque;
import java.util.Deque;

/** What the run has opened, closed last opened first: at its end, and when it is told to stop. */
final class Stopping implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Stopping.class.getName());

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Thread hook = new Thread(this::closeAll, "bench-stop");

    Stopping() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** This is closed before everything that was named before it. */
    synchronized <T extends AutoCloseable> T last(T resource) {
        open.push(resource);
        return resource;
    }

    private synchronized void closeAll() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                LOG.log(System.Logger.Level.WARNING, "something did not close cleanly", e);
            }
        }
    }

    @Override
    public void close() {
        closeAll();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.log(System.Logger.Level.TRACE, "the process is ending already", e);
        }
    }
}
