package dev.coatcheck.endpoints;

import dev.coatcheck.http.WebStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One reader's stream of server-sent events (HTML Living Standard §9.2). A few events wait for a reader that is slow; one that lets
 * more of them pile up is cut off. Safe from any thread; what is sent after the end is dropped.
 */
final class EventStream implements WebStream {
    private static final System.Logger LOG = System.getLogger(EventStream.class.getName());
    private static final int MOST_WAITING = 8;

    private final int epoch;
    private final Consumer<EventStream> left;
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private Optional<Sink> sink = Optional.empty();
    private boolean writing;
    private boolean ending;
    private boolean over;
    private volatile long beatAtNanos;

    /**
     * A stream that nobody reads yet.
     *
     * @param epoch the privilege epoch of the ticket that asked for it
     * @param beatAtNanos when it is first to be said that it is alive
     * @param left called once, when nothing more can be sent
     */
    EventStream(int epoch, long beatAtNanos, Consumer<EventStream> left) {
        this.epoch = epoch;
        this.beatAtNanos = beatAtNanos;
        this.left = left;
    }

    int epoch() {
        return epoch;
    }

    @Override
    public void begin(Sink opened) {
        boolean tooLate;
        synchronized (this) {
            sink = Optional.of(opened);
            tooLate = over;
        }
        if (tooLate) {
            carryOut(opened::cut);
        } else {
            pump();
        }
    }

    @Override
    public void gone() {
        leave();
    }

    /** Sends this text, which is whole events. @return false when the reader has let too much pile up and was cut off */
    boolean send(String text) {
        boolean piledUp;
        synchronized (this) {
            if (over || ending) {
                return true;
            }
            piledUp = waiting.size() >= MOST_WAITING;
            if (!piledUp) {
                waiting.add(text.getBytes(StandardCharsets.UTF_8));
            }
        }
        if (piledUp) {
            cut();
        } else {
            pump();
        }
        return !piledUp;
    }

    boolean beatIsDue(long nanoTime) {
        return beatAtNanos - nanoTime <= 0;
    }

    /**
     * Says that the stream is alive. A reader that has not taken the last beat by now reads no more, and one that never came is not
     * waited for: either is cut off.
     */
    void beat(String text, long nextAtNanos) {
        beatAtNanos = nextAtNanos;
        boolean stalled;
        synchronized (this) {
            stalled = writing || !waiting.isEmpty();
        }
        if (stalled) {
            cut();
        } else {
            send(text);
        }
    }

    /** Sends this and ends when it is sent. */
    void endWith(String text) {
        send(text);
        synchronized (this) {
            ending = true;
        }
        pump();
    }

    /** Ends at once, in the middle of whatever is being sent. */
    void cut() {
        Optional<Sink> cutOff;
        synchronized (this) {
            cutOff = over ? Optional.empty() : sink;
        }
        leave();
        cutOff.ifPresent(open -> carryOut(open::cut));
    }

    private void pump() {
        Optional<byte[]> next = Optional.empty();
        boolean ends;
        Sink to;
        synchronized (this) {
            if (sink.isEmpty() || writing || over) {
                return;
            }
            to = sink.get();
            ends = waiting.isEmpty() && ending;
            if (!waiting.isEmpty()) {
                next = Optional.of(allWaiting());
                writing = true;
            }
        }
        if (ends) {
            if (leave()) {
                carryOut(to::end);
            }
        } else if (next.filter(bytes -> !carryOut(() -> to.write(bytes, this::taken)))
                .isPresent()) {
            cut();
        }
    }

    /** A connection that fails is its own misfortune: whoever is told after it is told all the same. @return whether it was done */
    private static boolean carryOut(Runnable step) {
        try {
            step.run();
            return true;
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "A reader's connection failed in an unforeseen way", e);
            return false;
        }
    }

    private void taken() {
        synchronized (this) {
            writing = false;
        }
        pump();
    }

    private byte[] allWaiting() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        waiting.forEach(all::writeBytes);
        waiting.clear();
        return all.toByteArray();
    }

    private boolean leave() {
        synchronized (this) {
            if (over) {
                return false;
            }
            over = true;
            waiting.clear();
        }
        left.accept(this);
        return true;
    }
}
