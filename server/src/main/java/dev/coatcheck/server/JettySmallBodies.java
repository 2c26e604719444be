package dev.coatcheck.server;

import java.nio.ByteBuffer;
import java.util.Arrays;
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
 * larger body only the beginning is waited for; the rest is read by a thread.
 *
 * <p>A client that expects 100-continue is told to go on when its body is small: what it may save is not worth a thread. With a
 * larger body, or one of unknown length, it gets its answer first, so that its body is read by a thread: where threads are few, so
 * are such clients, and others are answered 417, upon which they just send.
 *
 * <p>A connection that waits holds fewer bytes than are waited for, in an array of that size at most. With 16 KiB + 1, which is
 * enough to tell a body of {@link dev.coatcheck.json.JsonBody#USUAL_LIMIT} from a longer one, 10,000 connections hold 164 MB at
 * the worst; with 64 KiB it would be 655 MB. Only what is handled at once may hold a buffer of Jetty's, 8 KiB, more.
 *
 * <p>Jetty's own EagerContentHandler (12.1.14) drops a failure of the exchange instead of passing it on: the connection and a
 * graceful stop would wait for ever.
 */
final class JettySmallBodies extends Handler.Wrapper {
    private static final byte[] NOTHING = {};

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
        boolean isChunked = request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
        if (request.getLength() <= 0 && !isChunked) {
            return super.handle(request, response, callback);
        }
        boolean isSmall = request.getLength() < most && !isChunked;
        if (!isSmall && request.getHeaders().contains(HttpHeader.EXPECT)) {
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
        private byte[] beginning = NOTHING;
        private int size;
        private Content.@Nullable Chunk end;

        Loaded(Request request) {
            super(request);
        }

        /** Copies what is there, so that a body of tiny packets keeps none of their buffers. @return whether it is enough */
        boolean load() {
            while (size < most && end == null) {
                Content.Chunk chunk = super.read();
                if (chunk == null) {
                    return false;
                }
                if (Content.Chunk.isFailure(chunk) || (chunk.isLast() && !chunk.hasRemaining())) {
                    end = chunk;
                } else {
                    append(chunk.getByteBuffer());
                    end = chunk.isLast() ? Content.Chunk.EOF : null;
                    chunk.release();
                }
            }
            return true;
        }

        private void append(ByteBuffer bytes) {
            int needed = size + bytes.remaining();
            if (needed > beginning.length) {
                beginning = Arrays.copyOf(beginning, Math.max(needed, Math.min(2 * beginning.length, most)));
            }
            bytes.get(beginning, size, bytes.remaining());
            size = needed;
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
            if (size > 0) {
                Content.Chunk chunk = Content.Chunk.from(ByteBuffer.wrap(beginning, 0, size), false);
                beginning = NOTHING;
                size = 0;
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
            if (size > 0 || end != null) {
                getContext().execute(then);
            } else {
                super.demand(then);
            }
        }
    }
}
