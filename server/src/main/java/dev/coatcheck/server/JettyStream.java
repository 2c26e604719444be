package dev.coatcheck.server;

import dev.coatcheck.http.WebStream;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** A stream of core's on its way through Jetty, which writes asynchronously: it holds a connection, no thread. */
final class JettyStream implements WebStream.Sink {
    private final WebStream stream;
    private final Response response;
    private final Callback callback;
    private final Optional<JettyEndPoint> endPoint;
    private final AtomicBoolean over = new AtomicBoolean();

    private JettyStream(WebStream stream, Response response, Callback callback) {
        this.stream = stream;
        this.response = response;
        this.callback = callback;
        EndPoint connected =
                response.getRequest().getConnectionMetaData().getConnection().getEndPoint();
        this.endPoint = connected instanceof JettyEndPoint ours ? Optional.of(ours) : Optional.empty();
    }

    /** Lets the stream begin; the head, which is set, leaves with its first bytes. */
    static void run(WebStream stream, Response response, Callback callback) {
        JettyStream sink = new JettyStream(stream, response, callback);
        Request request = response.getRequest();
        // A stream is silent for as long as its maker likes: it knows itself when a reader has gone.
        request.addIdleTimeoutListener(timeout -> false);
        request.addFailureListener(sink::failed);
        sink.endPoint.ifPresent(peer -> peer.watchPeer(() -> sink.failed(new EOFException("the reader went away"))));
        stream.begin(sink);
    }

    @Override
    public void write(byte[] bytes, Runnable taken) {
        if (over.get()) {
            return;
        }
        try {
            response.write(false, ByteBuffer.wrap(bytes), Callback.from(taken, this::failed));
        } catch (RuntimeException e) {
            // Jetty has nothing left to write to when the reader goes away just now.
            if (!over.get()) {
                throw e;
            }
        }
    }

    @Override
    public void end() {
        if (over.compareAndSet(false, true)) {
            endPoint.ifPresent(JettyEndPoint::unwatchPeer);
            response.write(true, null, callback);
        }
    }

    @Override
    public void cut() {
        failed(new EOFException("the reader takes nothing"));
    }

    private void failed(Throwable failure) {
        if (over.compareAndSet(false, true)) {
            endPoint.ifPresent(JettyEndPoint::unwatchPeer);
            stream.gone();
            endPoint.ifPresent(peer -> peer.close(failure));
            callback.failed(failure);
        }
    }
}
