package dev.coatcheck.servlet;

import dev.coatcheck.Exchange;
import dev.coatcheck.Head;
import dev.coatcheck.http.Header;
import dev.coatcheck.http.WebResponse;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import java.util.Optional;

/**
 * The answer as the application writes it. Servlets have no word for "about to be committed", so that the body is held back here
 * until the response's buffer would be full or is flushed: then, or at the end, the exchange decides about the head.
 */
final class AdmittedResponse extends HttpServletResponseWrapper {
    private final Exchange exchange;
    private Optional<HeldStream> stream = Optional.empty();
    private Optional<HeldWriter> writer = Optional.empty();
    private Optional<Head.Ready> head = Optional.empty();
    private boolean holds = true;
    private volatile boolean decided;
    private volatile boolean replaced;

    AdmittedResponse(Exchange exchange, HttpServletResponse response) {
        super(response);
        this.exchange = exchange;
    }

    /** Writes a complete answer to a response that nothing was written to. */
    static void write(WebResponse answer, HttpServletResponse response) throws IOException {
        byte[] body = answer.body();
        writeHead(answer, response);
        if (body.length > 0) {
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
        }
        response.flushBuffer();
    }

    /** Sets status and header lines of an answer on a response that nothing was written to. */
    static void writeHead(WebResponse answer, HttpServletResponse response) {
        response.setStatus(answer.status());
        answer.headers().forEach(header -> response.addHeader(header.name(), header.value()));
    }

    /**
     * Has the exchange decide about the head, once.
     *
     * @return whether the application's answer may go on; false when it was replaced by another one, which is written
     */
    boolean decide() throws IOException {
        if (!decided && !super.isCommitted()) {
            decided = true;
            Head decision = exchange.commitHead();
            if (decision instanceof Head.Ready ready) {
                head = Optional.of(ready);
                ready.applyTo(
                        name -> super.setHeader(name, null),
                        header -> super.setHeader(header.name(), header.value()),
                        header -> super.addHeader(header.name(), header.value()));
            } else if (decision instanceof Head.Refused refused) {
                replaceBy(refused.answer());
            }
        }
        return !replaced;
    }

    /** Puts the lines of the head, where they are missing, on a response that was taken over by somebody else. */
    void sayAgainOn(HttpServletResponse other) {
        if (!other.isCommitted()) {
            head.ifPresent(ready -> ready.applyTo(
                    name -> other.setHeader(name, null),
                    header -> other.setHeader(header.name(), header.value()),
                    header -> {
                        if (!other.getHeaders(header.name()).contains(header.value())) {
                            other.addHeader(header.name(), header.value());
                        }
                    }));
        }
    }

    /** Whether the application's output goes nowhere. */
    boolean isReplaced() {
        return replaced;
    }

    /** Nothing is held back any longer, and the head is sent. @return as {@link #decide} */
    boolean letGo() throws IOException {
        if (!isCommitted()) {
            flushBuffer();
        }
        return !replaced;
    }

    /** How much may be held back, in bytes or characters. */
    int mayHold() {
        return holds && !decided ? Math.max(0, getBufferSize()) : 0;
    }

    /** Whether to hold anything back: only where somebody promises to {@link #end} it. */
    void hold(boolean promised) {
        holds = promised;
    }

    /** The application has written all. */
    void end() throws IOException {
        if (decide()) {
            exchange.commitRest();
            release();
        }
    }

    /**
     * Answers a failure, unless something has left already; a ticket that was decided about leaves with the answer.
     *
     * @return whether it is answered
     */
    boolean fail(Throwable failure) throws IOException {
        if (!replaced && !super.isCommitted()) {
            Optional<Head.Ready> before = head;
            WebResponse answer = exchange.answerFor(cause(failure));
            List<Header> tickets = before.stream()
                    .flatMap(ready -> ready.headers().stream())
                    .filter(line -> line.name().equals("Set-Cookie"))
                    .toList();
            replaceBy(answer.with(tickets));
        }
        return replaced;
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof ServletException wrapped && wrapped.getRootCause() != null) {
            cause = wrapped.getRootCause();
        }
        return cause;
    }

    private void replaceBy(WebResponse answer) throws IOException {
        decided = true;
        replaced = true;
        super.reset();
        write(answer, (HttpServletResponse) getResponse());
    }

    private void release() throws IOException {
        if (stream.isPresent()) {
            stream.get().release();
        }
        if (writer.isPresent()) {
            writer.get().release();
        }
    }

    private void dropHeld() {
        stream.ifPresent(HeldStream::drop);
        writer.ifPresent(HeldWriter::drop);
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        if (stream.isEmpty()) {
            stream = Optional.of(new HeldStream(this, super.getOutputStream()));
        }
        return stream.get();
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        if (replaced && writer.isEmpty()) {
            return new PrintWriter(Writer.nullWriter());
        }
        if (writer.isEmpty()) {
            writer = Optional.of(new HeldWriter(this, super.getWriter()));
        }
        return writer.get().asPrintWriter();
    }

    /** Also what is held back counts as not committed. */
    @Override
    public boolean isCommitted() {
        return decided || super.isCommitted();
    }

    @Override
    public void flushBuffer() throws IOException {
        if (decide()) {
            release();
            super.flushBuffer();
        }
    }

    @Override
    public void reset() {
        requireUndecided();
        super.reset();
        stream = Optional.empty();
        writer = Optional.empty();
    }

    @Override
    public void resetBuffer() {
        requireUndecided();
        super.resetBuffer();
        dropHeld();
    }

    @Override
    public void sendError(int status) throws IOException {
        if (answersAtOnce()) {
            super.sendError(status);
        }
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        if (answersAtOnce()) {
            super.sendError(status, message);
        }
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        if (answersAtOnce()) {
            super.sendRedirect(location);
        }
    }

    @Override
    public void sendRedirect(String location, int status) throws IOException {
        sendRedirect(location, status, true);
    }

    @Override
    public void sendRedirect(String location, boolean clearBuffer) throws IOException {
        sendRedirect(location, HttpServletResponse.SC_FOUND, clearBuffer);
    }

    @Override
    public void sendRedirect(String location, int status, boolean clearBuffer) throws IOException {
        requireUndecided();
        if (decide()) {
            if (!clearBuffer) {
                release();
            }
            dropHeld();
            super.sendRedirect(location, status, clearBuffer);
        }
    }

    private boolean answersAtOnce() throws IOException {
        requireUndecided();
        dropHeld();
        return decide();
    }

    private void requireUndecided() {
        if (isCommitted()) {
            throw new IllegalStateException("the response is committed");
        }
    }
}
