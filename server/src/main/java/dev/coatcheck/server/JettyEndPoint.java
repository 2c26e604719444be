package dev.coatcheck.server;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * One plain connection, which Jetty's idle timeout alone would let a peer hold for ever by a byte now and then. A peer that falls
 * behind its pace is cut off with its next byte; one that sends none is the idle timeout's.
 *
 * <p>It also keeps the head of the request that is being read, until it is parsed: Jetty tells an error handler nothing of a head
 * that can't be, and without its Origin the answer would be unreadable for the page that asked.
 */
final class JettyEndPoint extends SocketChannelEndPoint {
    private static final byte[] NOTHING = new byte[0];

    private final Executor executor;
    private final JettyPace inbound;
    private final JettyPace outbound;
    private final int headBytes;
    private final Object lock = new Object();
    private byte[] head = NOTHING;
    private int kept;
    private boolean inHead = true;
    private boolean paced = true;
    private ByteBuffer ahead = BufferUtil.EMPTY_BUFFER;

    JettyEndPoint(
            SocketChannel channel,
            ManagedSelector selector,
            SelectionKey key,
            Scheduler scheduler,
            Executor executor,
            JettyLimits limits) {
        super(channel, selector, key, scheduler);
        this.executor = executor;
        this.inbound = new JettyPace(limits.patience(), limits.bytesPerSecond());
        this.outbound = new JettyPace(limits.patience(), limits.bytesPerSecond());
        this.headBytes = limits.headBytes();
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        int before = buffer.remaining();
        int filled = fillFromAhead(buffer);
        if (filled == 0) {
            filled = super.fill(buffer);
        }
        synchronized (lock) {
            if (filled == 0) {
                inbound.waits(System.nanoTime());
            }
            if (filled > 0) {
                keep(buffer, buffer.position() + before, filled);
            }
            if (filled <= 0 || !paced || !inbound.fallsBehind(filled, System.nanoTime())) {
                return filled;
            }
        }
        throw cutOff("sends");
    }

    private int fillFromAhead(ByteBuffer buffer) {
        synchronized (lock) {
            return BufferUtil.append(buffer, ahead);
        }
    }

    @Override
    public boolean flush(ByteBuffer... buffers) throws IOException {
        long before = remaining(buffers);
        boolean all = super.flush(buffers);
        long written = before - remaining(buffers);
        synchronized (lock) {
            boolean behind = paced && outbound.fallsBehind(written, System.nanoTime());
            if (!all) {
                outbound.waits(System.nanoTime());
            }
            if (!behind) {
                return all;
            }
        }
        throw cutOff("reads");
    }

    /** Another protocol has another pace, or none. */
    @Override
    public void upgrade(Connection connection) {
        synchronized (lock) {
            paced = false;
        }
        super.upgrade(connection);
    }

    /**
     * Calls back when the peer goes away while an answer streams, of which writing alone would tell no sooner than with the second
     * write. What else comes meanwhile is the next request's beginning: it is kept for whoever reads it.
     *
     * @return whether it is watched; not where somebody else waits to read
     */
    boolean watchPeer(Runnable gone) {
        return tryFillInterested(Callback.from(InvocationType.NON_BLOCKING, () -> lookAtPeer(gone), failure -> {}));
    }

    /** Whoever waits to read from now on is the connection. */
    void unwatchPeer() {
        getFillInterest().onFail(new EofException("the answer is complete"));
    }

    /** Who waits for bytes that are kept here already gets them, on another thread: this one may be about to do something else. */
    @Override
    public void fillInterested(Callback callback) {
        super.fillInterested(callback);
        boolean kept;
        synchronized (lock) {
            kept = ahead.hasRemaining();
        }
        if (kept) {
            executor.execute(() -> getFillInterest().fillable());
        }
    }

    private void lookAtPeer(Runnable gone) {
        ByteBuffer buffer = BufferUtil.allocate(headBytes);
        try {
            int filled = super.fill(buffer);
            if (filled < 0) {
                gone.run();
            } else if (filled == 0) {
                watchPeer(gone);
            } else {
                synchronized (lock) {
                    ahead = buffer;
                }
                if (isFillInterested()) {
                    executor.execute(() -> getFillInterest().fillable());
                }
            }
        } catch (IOException e) {
            gone.run();
        }
    }

    /** The head is parsed: what comes now is body. */
    void headParsed() {
        synchronized (lock) {
            inHead = false;
            head = NOTHING;
            kept = 0;
            outbound.restart();
        }
    }

    /**
     * The request is read and answered: what comes now is the next head, which nobody is late with. An answer's bytes say nothing
     * of that, since a body may end after them.
     */
    void exchangeEnded() {
        synchronized (lock) {
            inHead = true;
            inbound.restart();
        }
    }

    /** The values of the Origin lines in the head that is being read, complete lines only. */
    List<String> originLines() {
        String text;
        synchronized (lock) {
            text = new String(head, 0, kept, StandardCharsets.ISO_8859_1);
        }
        List<String> lines = new ArrayList<>();
        int from = text.indexOf('\n') + 1;
        for (int end = text.indexOf('\n', from); end > from; end = text.indexOf('\n', from)) {
            String line = text.substring(from, end).stripTrailing();
            if (line.isEmpty()) {
                return lines;
            }
            if (line.regionMatches(true, 0, "origin:", 0, 7)) {
                lines.add(line.substring(7).strip());
            }
            from = end + 1;
        }
        return lines;
    }

    private void keep(ByteBuffer buffer, int from, int count) {
        if (inHead) {
            int more = Math.min(count, headBytes - kept);
            if (kept + more > head.length) {
                // As long as needed at first, since a head mostly comes at once; twice as long for one that comes in
                // crumbs.
                head = Arrays.copyOf(head, Math.min(headBytes, Math.max(kept + more, 2 * head.length)));
            }
            buffer.get(from, head, kept, more);
            kept += more;
        }
    }

    private IOException cutOff(String does) {
        IOException slow = new SocketTimeoutException("the peer " + does + " too slowly");
        close(slow);
        return slow;
    }

    private static long remaining(ByteBuffer... buffers) {
        long sum = 0;
        for (ByteBuffer buffer : buffers) {
            sum += buffer.remaining();
        }
        return sum;
    }
}
