package dev.coatcheck.server;

import dev.coatcheck.Exchange;
import org.eclipse.jetty.util.Callback;

/** The end of an admitted request: the head is decided at last, what was changed after it is written, Jetty is told. */
final class JettyCompletion implements Callback {
    private final Exchange exchange;
    private final JettyResponse response;
    private final Callback callback;

    JettyCompletion(Exchange exchange, JettyResponse response, Callback callback) {
        this.exchange = exchange;
        this.response = response;
        this.callback = callback;
    }

    /** Stores block. */
    @Override
    public InvocationType getInvocationType() {
        return InvocationType.BLOCKING;
    }

    @Override
    public void succeeded() {
        try {
            response.end(Callback.from(this::finished, this::broken));
        } catch (Throwable failure) {
            broken(failure);
        }
    }

    /** An application that fails after its head can only be cut off; before it, it is answered. */
    @Override
    public void failed(Throwable failure) {
        if (response.isReplaced()) {
            finished();
        } else if (response.isCommitted()) {
            broken(failure);
        } else {
            try {
                response.fail(failure, Callback.from(this::finished, this::broken));
            } catch (Throwable again) {
                failure.addSuppressed(again);
                broken(failure);
            }
        }
    }

    private void finished() {
        try {
            exchange.finish();
        } finally {
            callback.succeeded();
        }
    }

    private void broken(Throwable failure) {
        try {
            exchange.finish();
        } finally {
            callback.failed(failure);
        }
    }
}
