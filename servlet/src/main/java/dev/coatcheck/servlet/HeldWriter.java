package dev.coatcheck.servlet;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;

/** The body as text, held back until the head is decided; its encoding is the container's business. */
final class HeldWriter extends Writer {
    private final AdmittedResponse response;
    private final PrintWriter writer;
    private final PrintWriter face;
    private final StringBuilder held = new StringBuilder(0);

    HeldWriter(AdmittedResponse response, PrintWriter writer) {
        this.response = response;
        this.writer = writer;
        this.face = new Face(this, writer);
    }

    /** What the application writes to. */
    PrintWriter asPrintWriter() {
        return face;
    }

    @Override
    public void write(char[] text, int offset, int length) throws IOException {
        if (length <= response.mayHold() - held.length()) {
            held.append(text, offset, length);
        } else if (response.letGo()) {
            release();
            writer.write(text, offset, length);
        }
    }

    void release() {
        if (held.length() > 0) {
            String all = held.toString();
            held.setLength(0);
            writer.write(all);
        }
    }

    void drop() {
        held.setLength(0);
    }

    @Override
    public void flush() throws IOException {
        if (response.decide()) {
            release();
            writer.flush();
        }
    }

    @Override
    public void close() throws IOException {
        response.end();
        if (!response.isReplaced()) {
            writer.close();
        }
    }

    /** Tells of errors that the container's writer keeps to itself. */
    private static final class Face extends PrintWriter {
        private final PrintWriter writer;

        Face(HeldWriter held, PrintWriter writer) {
            super(held);
            this.writer = writer;
        }

        @Override
        public boolean checkError() {
            return super.checkError() || writer.checkError();
        }
    }
}
