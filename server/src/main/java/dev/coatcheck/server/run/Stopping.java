package dev.coatcheck.server.run;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What has to be closed when the program ends, last opened first: at the end of a command, or when the process is told to
 * stop.
 */
public final class Stopping implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Stopping.class.getName());

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Thread hook = new Thread(this::closeAll, "coatcheck-stop");

    /** Closes on Ctrl-C and SIGTERM from now on. */
    public Stopping() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** This is closed before everything that was named before it. */
    public <T extends AutoCloseable> T last(T resource) {
        synchronized (open) {
            open.push(resource);
        }
        return resource;
    }

    private void closeAll() {
        synchronized (open) {
            while (!open.isEmpty()) {
                try {
                    open.pop().close();
                } catch (Exception e) {
                    LOG.log(System.Logger.Level.WARNING, "Something did not close cleanly", e);
                }
            }
        }
    }

    @Override
    public void close() {
        closeAll();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.log(System.Logger.Level.TRACE, "The process is ending already", e);
        }
    }
}
