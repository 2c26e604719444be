package dev.coatcheck.servlet;

import dev.coatcheck.http.WebStream;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/**
 * A stream of core's on its way through a servlet container, by asynchronous processing and non-blocking output: it holds a
 * connection, no thread. Containers tell that a reader has gone when something is written.
 */
final class ServletStream implements WebStream.Sink, WriteListener, AsyncListener {
    private final WebStream stream;
    private final AsyncContext context;
    private final ServletOutputStream out;
    private boolean begun;
    private Optional<Step> under = Optional.empty();
    private boolean over;

    private ServletStream(WebStream stream, AsyncContext context, ServletOutputStream out) {
        this.stream = stream;
        this.context = context;
        this.out = out;
    }

    /** Bytes that are to be written, or were and are to be flushed. */
    private record Step(Optional<byte[]> bytes, Runnable taken) {}

    /** Lets the stream begin; the head, which is set, leaves with its first bytes. */
    static void run(WebStream stream, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!request.isAsyncSupported()) {
            stream.gone();
            throw new IllegalStateException(
                    "an event stream needs asynchronous processing, which a filter before or the"
                            + " servlet behind does not support: register them with async-supported");
        }
        AsyncContext context = request.startAsync();
        context.setTimeout(0);
        ServletOutputStream out = response.getOutputStream();
        ServletStream sink = new ServletStream(stream, context, out);
        context.addListener(sink);
        out.setWriteListener(sink);
    }

    @Override
    public void onWritePossible() throws IOException {
        boolean begins;
        synchronized (this) {
            begins = !begun;
            begun = true;
        }
        if (begins) {
            stream.begin(this);
        } else {
            goOn();
        }
    }

    @Override
    public void write(byte[] bytes, Runnable taken) {
        synchronized (this) {
            under = Optional.of(new Step(Optional.of(bytes), taken));
        }
        try {
            goOn();
        } catch (IOException | RuntimeException failure) {
            onError(failure);
        }
    }

    /** As far as the container takes it; when it takes more, it calls {@link #onWritePossible}. */
    private void goOn() throws IOException {
        Optional<Runnable> taken = Optional.empty();
        synchronized (this) {
            while (!over && under.isPresent() && taken.isEmpty() && out.isReady()) {
                Step step = under.get();
                if (step.bytes().isPresent()) {
                    under = Optional.of(new Step(Optional.empty(), step.taken()));
                    out.write(step.bytes().get());
                } else {
                    under = Optional.empty();
                    taken = Optional.of(step.taken());
                    out.flush();
                }
            }
        }
        taken.ifPresent(Runnable::run);
    }

    @Override
    public void end() {
        if (finish()) {
            context.complete();
        }
    }

    @Override
    public void cut() {
        onError(new IOException("the reader takes nothing"));
    }

    @Override
    public void onError(Throwable failure) {
        if (finish()) {
            stream.gone();
            try {
                context.complete();
            } catch (IllegalStateException e) {
                System.getLogger(ServletStream.class.getName())
                        .log(System.Logger.Level.TRACE, "The container has completed it", e);
            }
        }
    }

    private synchronized boolean finish() {
        boolean first = !over;
        over = true;
        return first;
    }

    @Override
    public void onError(AsyncEvent event) {
        onError(new IOException("the container gave up", event.getThrowable()));
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        onError(new IOException("the container's patience is over"));
    }

    @Override
    public void onComplete(AsyncEvent event) {
        if (finish()) {
            stream.gone();
        }
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // There is one cycle.
    }
}
