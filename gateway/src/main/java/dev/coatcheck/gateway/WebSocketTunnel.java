package dev.coatcheck.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.BufferUtil;

/**
 * A browser's connection and an upstream's, joined byte for byte. Each direction reads only when what it read before has been
 * written, so the slower side sets the pace; what one side ends is ended on the other, and all of it after {@code idle} of silence.
 * One thread of its own reads the upstream and ends with it.
 */
final class WebSocketTunnel extends AbstractConnection implements Connection.UpgradeTo {
    private static final System.Logger LOG = System.getLogger(WebSocketTunnel.class.getName());
    private static final int CHUNK = 16 * 1024;
    /** How long the other side may take to end after one has. */
    private static final Duration LINGER = Duration.ofSeconds(5);

    private final Socket upstream;
    private final InputStream frames;
    private final Duration idle;
    private final Consumer<WebSocketTunnel> closed;
    private volatile boolean ended;
    private volatile boolean browserEnded;
    private volatile boolean upstreamEnded;
    private ByteBuffer early = BufferUtil.EMPTY_BUFFER;

    WebSocketTunnel(
            EndPoint browser,
            Executor executor,
            Socket upstream,
            InputStream frames,
            Duration idle,
            Consumer<WebSocketTunnel> closed) {
        super(browser, executor);
        this.upstream = upstream;
        this.frames = frames;
        this.idle = idle;
        this.closed = closed;
    }

    /** What the browser sent behind its handshake. */
    @Override
    public void onUpgradeTo(ByteBuffer buffer) {
        if (buffer != null && buffer.hasRemaining()) {
            early = ByteBuffer.wrap(BufferUtil.toArray(buffer));
            BufferUtil.clear(buffer);
        }
    }

    @Override
    public void onOpen() {
        super.onOpen();
        getEndPoint().setIdleTimeout(idle.toMillis());
        if (ended) {
            end();
            return;
        }
        Thread pump = new Thread(this::pump, "coatcheck-tunnel");
        pump.setDaemon(true);
        pump.start();
        if (toUpstream(early)) {
            fillInterested();
        }
    }

    @Override
    public void onFillable() {
        ByteBuffer buffer = BufferUtil.allocate(CHUNK);
        try {
            int filled = getEndPoint().fill(buffer);
            while (filled > 0 && toUpstream(buffer)) {
                BufferUtil.clear(buffer);
                filled = getEndPoint().fill(buffer);
            }
            if (filled == 0) {
                fillInterested();
            } else if (filled < 0) {
                browserEnded = true;
                upstream.setSoTimeout((int) LINGER.toMillis());
                upstream.shutdownOutput();
                endIfBothEnded();
            }
        } catch (IOException e) {
            end(e);
        }
    }

    private boolean toUpstream(ByteBuffer buffer) {
        try {
            upstream.getOutputStream().write(BufferUtil.toArray(buffer));
            upstream.getOutputStream().flush();
            return true;
        } catch (IOException e) {
            end(e);
            return false;
        }
    }

    private void pump() {
        byte[] buffer = new byte[CHUNK];
        try {
            for (int read = frames.read(buffer); read >= 0; read = frames.read(buffer)) {
                try (Blocker.Callback written = Blocker.callback()) {
                    getEndPoint().write(written, ByteBuffer.wrap(buffer, 0, read));
                    written.block();
                }
            }
            // The last bytes are still on their way: closing now could make the browser's system throw them away.
            getEndPoint().setIdleTimeout(LINGER.toMillis());
            getEndPoint().shutdownOutput();
            upstreamEnded = true;
            endIfBothEnded();
        } catch (IOException | RuntimeException e) {
            end(e);
        }
    }

    private void endIfBothEnded() {
        if (browserEnded && upstreamEnded) {
            end();
        }
    }

    @Override
    public boolean onIdleExpired(TimeoutException timeout) {
        end(timeout);
        return false;
    }

    @Override
    public void onFillInterestedFailed(Throwable cause) {
        end(cause);
    }

    @Override
    public void onClose(Throwable cause) {
        super.onClose(cause);
        end();
    }

    private void end(Throwable why) {
        LOG.log(System.Logger.Level.DEBUG, "A tunnel was cut off", why);
        end();
    }

    /** Closes both sides; more than once is no harm. */
    void end() {
        ended = true;
        try {
            upstream.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.TRACE, "The upstream's side did not close cleanly", e);
        }
        getEndPoint().close();
        closed.accept(this);
    }
}
