package dev.coatcheck.server;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * Reads small bodies before the next handler is called, which may block: a slow body then holds a connection, no thread. Of a
 * larger body only the beginning is waited for. A client that expects 100-continue gets its answer first, so that its body is read
 * by a thread: where threads are few, so are such clients, and others are answered 417, upon which they just send.
 *
 * <p>Jetty's own EagerContentHandler (12.1.14) drops a failure of the exchange instead of passing it on: the connection and a
 * graceful stop would wait for ever.
 */
final class JettySmallBodies extends Handler.Wrapper {
    private final int most;
    private final Semaphore expecting;

    /**
     * @param most so many bytes are waited for at most
     * @param expecting so many requests with 100-continue are handled at once
     */
    JettySmallBodies(Handler next, int most, int expecting) {
        super(next);
        this.most = most;
        this.expecting = new Semaphore(expecting);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        boolean hasBody = request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
        if (!hasBody) {
            return super.handle(request, response, callback);
        }
        if (request.getHeaders().contains(HttpHeader.EXPECT)) {
            return handleExpecting(request, response, callback);
        }
        Loaded loaded = new Loaded(request);
        if (loaded.load()) {
            return super.handle(loaded, response, callback);
        }
        loaded.demandMore(() -> goOn(loaded, response, callback));
        return true;
    }

    private boolean handleExpecting(Request request, Response response, Callback callback) {
        if (expecting.tryAcquire()) {
            goOn(request, response, Callback.from(callback, () -> expecting.release()));
            return true;
        }
        Response.writeError(request, response, callback, HttpStatus.EXPECTATION_FAILED_417);
        return true;
    }

    private void goOn(Request request, Response response, Callback callback) {
        try {
            if (!super.handle(request, response, callback)) {
                Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
            }
        } catch (Throwable failure) {
            Response.writeError(request, response, callback, failure);
        }
    }

    /** A request whose body's beginning is here. Loading and reading follow each other, never at once. */
    private final class Loaded extends Request.Wrapper {
        private final ByteArrayOutputStream beginning = new ByteArrayOutputStream();
        private Content.@Nullable Chunk end;

        Loaded(Request request) {
            super(request);
        }

        /** Copies what is there, so that a body of tiny packets keeps none of their buffers. @return whether it is enough */
        boolean load() {
            while (beginning.size() < most && end == null) {
                Content.Chunk chunk = super.read();
                if (chunk == null) {
                    return false;
                }
                if (Content.Chunk.isFailure(chunk) || (chunk.isLast() && !chunk.hasRemaining())) {
                    end = chunk;
                } else {
                    byte[] bytes = new byte[chunk.remaining()];
                    chunk.getByteBuffer().get(bytes);
                    beginning.writeBytes(bytes);
                    end = chunk.isLast() ? Content.Chunk.EOF : null;
                    chunk.release();
                }
            }
            return true;
        }

        void demandMore(Runnable then) {
            super.demand(Invocable.from(InvocationType.NON_BLOCKING, () -> {
                if (load()) {
                    getContext().execute(then);
                } else {
                    demandMore(then);
                }
            }));
        }

        @Override
        public Content.@Nullable Chunk read() {
            if (beginning.size() > 0) {
                Content.Chunk chunk = Content.Chunk.from(ByteBuffer.wrap(beginning.toByteArray()), false);
                beginning.reset();
                return chunk;
            }
            if (end == null) {
                return super.read();
            }
            Content.Chunk known = end;
            end = known.isLast() ? known : null;
            return known;
        }

        @Override
        public void demand(Runnable then) {
            if (beginning.size() > 0 || end != null) {
                getContext().execute(then);
            } else {
                super.demand(then);
            }
        }
    }
}
